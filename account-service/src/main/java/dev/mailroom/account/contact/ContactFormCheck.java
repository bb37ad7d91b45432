package dev.mailroom.account.contact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Checks the fields of one contact, wherever it comes from, and names everything that is wrong with it. */
final class ContactFormCheck {
    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?");
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

    private final BiConsumer<String, String> wrong;
    private boolean failed;

    /** @param wrong gets the field and what is wrong with it */
    ContactFormCheck(BiConsumer<String, String> wrong) {
        this.wrong = (field, message) -> {
            failed = true;
            wrong.accept(field, message);
        };
    }

    boolean failed() {
        return failed;
    }

    /** One line: line breaks and runs of spaces become one space. */
    String line(String field, String value) {
        return text(field, SPACES.matcher(value).replaceAll(" ").strip(), ContactForm.TEXT_MAX_CHARACTERS);
    }

    /** Any number of lines, ended by LF. */
    String lines(String field, String value) {
        return text(field, LINE_BREAK.matcher(value).replaceAll("\n").strip(), ContactForm.NOTES_MAX_CHARACTERS);
    }

    /** Addresses in order, each once. */
    List<EmailAddress> emails(String field, List<String> values) {
        Map<String, EmailAddress> addresses = new LinkedHashMap<>();
        for (String value : values) {
            EmailAddress.of(value)
                    .ifPresentOrElse(
                            address -> addresses.putIfAbsent(address.key(), address),
                            () -> wrong.accept(field, "must be an email address like ana@example.com"));
        }
        if (addresses.size() > ContactForm.EMAILS_MAX) {
            wrong.accept(field, "must have at most " + ContactForm.EMAILS_MAX + " addresses");
        }
        return new ArrayList<>(addresses.values());
    }

    /** Numbers as they are written, in order, each once. */
    List<String> phones(String field, List<String> values) {
        SequencedSet<String> numbers = new LinkedHashSet<>();
        for (String value : values) {
            String number = SPACES.matcher(value).replaceAll(" ").strip();
            if (!number.isEmpty()) {
                numbers.add(text(field, number, ContactForm.PHONE_MAX_CHARACTERS));
            }
        }
        if (numbers.size() > ContactForm.PHONES_MAX) {
            wrong.accept(field, "must have at most " + ContactForm.PHONES_MAX + " numbers");
        }
        return new ArrayList<>(numbers);
    }

    private String text(String field, String value, int maxCharacters) {
        if (value.length() > maxCharacters) {
            wrong.accept(field, "must have at most " + maxCharacters + " characters");
            return "";
        }
        boolean unsafe = value.codePoints()
                .anyMatch(c -> (Character.isISOControl(c) && c != '\n' && c != '\t')
                        || Character.getType(c) == Character.SURROGATE);
        if (unsafe) {
            wrong.accept(field, "must not hold control characters");
            return "";
        }
        return value;
    }
}
