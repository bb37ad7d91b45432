package dev.mailroom.account.notice;

import dev.mailroom.account.state.Advice;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the mail about the accounts of one owner. Its words are ours and the owner's, never a mail server's. */
final class NoticeLetter {
    /** Accounts that are described; the others are counted. */
    static final int ACCOUNTS_MAX = 50;

    private static final int NAME_MAX = 100;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Optional<URI> linkBase;

    NoticeLetter(Optional<URI> linkBase) {
        this.linkBase = linkBase;
    }

    /** An account in the letter. */
    record Item(
            UUID account,
            String displayName,
            String email,
            String kind,
            String state,
            @Nullable String category,
            Instant since) {
        boolean isProblem() {
            return kind.equals(NoticeRow.PROBLEM);
        }
    }

    /** @param items at least one */
    Letter of(List<Item> items, Instant now) {
        List<Item> problems = items.stream().filter(Item::isProblem).toList();
        List<Item> recovered = items.stream().filter(item -> !item.isProblem()).toList();
        Letter.Draft letter = Letter.about(subject(problems, recovered));
        letter.paragraph("Hello,");
        if (!problems.isEmpty()) {
            letter.paragraph(
                    problems.size() == 1
                            ? "one of your accounts in Mailroom does not get mail any more."
                            : problems.size() + " of your accounts in Mailroom do not get mail any more.");
            problems.stream().limit(ACCOUNTS_MAX).forEach(item -> describe(letter, item));
            countRest(letter, problems.size());
        }
        if (!recovered.isEmpty()) {
            letter.paragraph(
                    recovered.size() == 1
                            ? "This account gets mail again:"
                            : "These " + recovered.size() + " accounts get mail again:");
            recovered.stream()
                    .limit(ACCOUNTS_MAX)
                    .forEach(item -> letter.heading(nameOf(item))
                            .paragraph("Working since " + TIME.format(item.since())
                                    + ". Mail that came in the meantime is fetched now."));
            countRest(letter, recovered.size());
        }
        letter.paragraph("State of " + TIME.format(now)
                + ". Mailroom sends one mail when an account stops working and one when it works again.");
        return letter.end();
    }

    private void describe(Letter.Draft letter, Item item) {
        Advice advice = Advice.of(item.state(), item.category());
        letter.heading(nameOf(item));
        letter.paragraph("What happened: " + advice.what());
        letter.paragraph("Since: " + TIME.format(item.since()));
        if (advice.todo() != null) {
            letter.paragraph("What to do: " + advice.todo());
        }
        linkBase.ifPresent(base -> letter.link("Open the account", linkTo(base, item.account())));
    }

    private static void countRest(Letter.Draft letter, int size) {
        if (size > ACCOUNTS_MAX) {
            letter.paragraph("And " + (size - ACCOUNTS_MAX) + " more.");
        }
    }

    private static URI linkTo(URI base, UUID account) {
        String start = base.toASCIIString();
        return URI.create((start.endsWith("/") ? start : start + "/") + "accounts/" + account);
    }

    private static String subject(List<Item> problems, List<Item> recovered) {
        if (recovered.isEmpty()) {
            return problems.size() == 1
                    ? aboutOne(problems.getFirst())
                    : problems.size() + " accounts need your attention in Mailroom";
        }
        if (problems.isEmpty()) {
            return recovered.size() == 1
                    ? recovered.getFirst().email() + " works again in Mailroom"
                    : recovered.size() + " accounts work again in Mailroom";
        }
        return problems.size() + recovered.size() + " of your accounts in Mailroom changed";
    }

    private static String aboutOne(Item item) {
        return switch (item.state()) {
            case "auth_failed" -> "Mailroom cannot log in to " + item.email();
            case "disconnected" -> "Mailroom cannot reach the server of " + item.email();
            default -> item.email() + " needs your attention in Mailroom";
        };
    }

    private static String nameOf(Item item) {
        String name = Letter.clean(item.displayName());
        String cut = name.length() <= NAME_MAX ? name : name.substring(0, NAME_MAX) + "…";
        return cut.isEmpty() ? item.email() : cut + " (" + item.email() + ")";
    }
}
