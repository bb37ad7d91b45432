package dev.mailroom.account.contact;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;

/**
 * What is known of a person, checked. What is not known is empty, never null.
 *
 * @param emails no two with the same key; more than {@link #EMAILS_MAX} are not stored
 * @param phones more than {@link #PHONES_MAX} are not stored
 */
record ContactForm(
        String name,
        String firstName,
        String lastName,
        List<EmailAddress> emails,
        List<String> phones,
        String company,
        String jobTitle,
        String notes) {
    static final int TEXT_MAX_CHARACTERS = 255;
    static final int PHONE_MAX_CHARACTERS = 64;
    static final int NOTES_MAX_CHARACTERS = 10_240;
    static final int EMAILS_MAX = 20;
    static final int PHONES_MAX = 20;

    /** Characters by which contacts are ordered; a cursor holds them. */
    static final int SORT_KEY_MAX_CHARACTERS = 64;

    ContactForm {
        emails = List.copyOf(emails);
        phones = List.copyOf(phones);
    }

    /** Whether there is anything to find the person by. */
    boolean isEmpty() {
        return name.isEmpty() && emails.isEmpty() && phones.isEmpty() && company.isEmpty();
    }

    /** The keys by which an import finds the contact again: its addresses, or a digest of what it has instead. */
    List<String> importKeys() {
        return emails.isEmpty()
                ? List.of(digest())
                : emails.stream().map(EmailAddress::key).toList();
    }

    String sortKey() {
        String shown = !name.isEmpty() ? name : company;
        if (shown.isEmpty()) {
            shown = emails.isEmpty()
                    ? String.join(" ", phones)
                    : emails.getFirst().key();
        }
        return folded(shown);
    }

    /** The last name, or the last word of the name where none is given. */
    String familyKey() {
        return folded(lastName.isEmpty() ? name.substring(name.lastIndexOf(' ') + 1) : lastName);
    }

    /** Whether it has more addresses or numbers than a contact may have. */
    boolean isTooWide() {
        return emails.size() > EMAILS_MAX || phones.size() > PHONES_MAX;
    }

    /** This with what the other knows: its texts where it has one, the addresses and numbers of both, however many. */
    ContactForm updatedWith(ContactForm other) {
        Map<String, EmailAddress> addresses = new LinkedHashMap<>();
        emails.forEach(email -> addresses.put(email.key(), email));
        other.emails.forEach(email -> addresses.putIfAbsent(email.key(), email));
        SequencedSet<String> numbers = new LinkedHashSet<>(phones);
        numbers.addAll(other.phones);
        return new ContactForm(
                either(other.name, name),
                either(other.firstName, firstName),
                either(other.lastName, lastName),
                List.copyOf(addresses.values()),
                List.copyOf(numbers),
                either(other.company, company),
                either(other.jobTitle, jobTitle),
                either(other.notes, notes));
    }

    /** As text is compared: compatibility forms and case do not matter. */
    static String folded(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int end = Math.min(folded.length(), SORT_KEY_MAX_CHARACTERS);
        boolean splitsAPair = end < folded.length() && end > 0 && Character.isHighSurrogate(folded.charAt(end - 1));
        return folded.substring(0, splitsAPair ? end - 1 : end);
    }

    private String digest() {
        List<String> known = new ArrayList<>(phones);
        known.addFirst(company);
        known.addFirst(name);
        try {
            byte[] text = String.join("\n", known).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            return "#"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        }
    }

    private static String either(String first, String second) {
        return first.isEmpty() ? second : first;
    }
}
