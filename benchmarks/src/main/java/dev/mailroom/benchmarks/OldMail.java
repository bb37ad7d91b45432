package dev.mailroom.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A mailbox full of ordinary mail, written as a Maildir that a server finds at the first log-in: mostly 4 to 7 KB with 2 KB of header, half
 * of it with an HTML alternative, 45 % replies, each twentieth message with a file of 30 KB. The same seed writes the same mail.
 */
final class OldMail {
    private static final String[] WORDS =
            ("the meeting order invoice customer please thanks attached regards report project deadline budget "
                            + "delivery question answer tomorrow monday update version contract payment support ticket weekly draft review")
                    .split(" ");
    private static final int REPLIES_PERCENT = 45;
    private static final int HTML_PERCENT = 50;
    private static final int FILE_EACH = 20;
    private static final int FILE_BYTES = 30 * 1024;
    private static final int THREAD_REACH = 50;
    private static final int LINE_CHARS = 72;
    private static final int FILE_LINE_CHARS = 76;
    private static final Duration BETWEEN = Duration.ofMinutes(5);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private final String user;
    private final Random random;
    /** By message, the one that it answers; -1 for none. */
    private final List<Integer> answered = new ArrayList<>();

    private long bytes;

    OldMail(String user, long seed) {
        this.user = user;
        this.random = new Random(seed);
    }

    /** Bytes of all messages that were written. */
    long bytes() {
        return bytes;
    }

    /** Writes the messages, the newest an hour old. */
    void write(Path maildir, int count) throws IOException {
        for (String part : new String[] {"", "cur", "new", "tmp"}) {
            Path folder = Files.createDirectories(maildir.resolve(part));
            // The server reads and writes as another user.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Path current = maildir.resolve("cur");
        Instant first = Instant.now().minus(Duration.ofHours(1)).minus(BETWEEN.multipliedBy(count));
        for (int number = 0; number < count; number++) {
            Instant date = first.plus(BETWEEN.multipliedBy(number));
            byte[] message = message(number, date).getBytes(StandardCharsets.UTF_8);
            bytes += message.length;
            String name = date.getEpochSecond() + ".M" + number + "P1.mailroom,S=" + message.length + ",W="
                    + message.length + (random.nextInt(4) == 0 ? ":2," : ":2,S");
            Path file = Files.write(current.resolve(name), message);
            Files.setLastModifiedTime(file, FileTime.from(date));
        }
    }

    private String id(int number) {
        return "<" + number + "." + Integer.toHexString(number * 31) + "@" + user + ".example.net>";
    }

    private String message(int number, Instant date) {
        String sent = DATE.format(date.atOffset(ZoneOffset.UTC));
        StringBuilder text = new StringBuilder(8 * 1024);
        text.append("Return-Path: <bounce-").append(number).append("@example.net>\n");
        for (int hop = 0; hop < 4; hop++) {
            text.append("Received: from mx")
                    .append(hop)
                    .append(".example.net (mx")
                    .append(hop)
                    .append(".example.net [192.0.2.");
            text.append(hop + 1).append("])\n\tby relay").append(hop).append(".example.com (Postfix) with ESMTPS id ");
            text.append(hexadecimal(12))
                    .append("\n\tfor <")
                    .append(user)
                    .append("@example.com>; ")
                    .append(sent)
                    .append('\n');
        }
        text.append(
                "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=mail;\n\th=from:to:subject:date:message-id;\n");
        text.append("\tbh=")
                .append(hexadecimal(44))
                .append(";\n\tb=")
                .append(hexadecimal(340))
                .append('\n');
        text.append("ARC-Seal: i=1; a=rsa-sha256; d=example.com; s=arc; cv=none; b=")
                .append(hexadecimal(340))
                .append('\n');
        text.append("From: =?utf-8?Q?Zo=C3=AB?= Person ")
                .append(number % 97)
                .append(" <person")
                .append(number % 97);
        text.append("@example.net>\nTo: ").append(user).append("@example.com, Team <team@example.com>\n");
        text.append("Cc: \"Doe, John\" <john@example.org>\nSubject: ")
                .append(words(6))
                .append(' ')
                .append(number)
                .append('\n');
        text.append("Date: ")
                .append(sent)
                .append("\nMessage-ID: ")
                .append(id(number))
                .append('\n');
        if (number > 0 && random.nextInt(100) < REPLIES_PERCENT) {
            int before = Math.max(0, number - 1 - random.nextInt(THREAD_REACH));
            answered.add(before);
            text.append("In-Reply-To: ").append(id(before)).append("\nReferences:");
            thread(before).forEach(one -> text.append(' ').append(id(one)).append('\n'));
        } else {
            answered.add(-1);
        }
        text.append("MIME-Version: 1.0\nX-Mailer: Example 1.0\nX-Spam-Status: No, score=-1.9 required=5.0\n");
        body(text, number);
        return text.toString().replace("\n", "\r\n");
    }

    /** A message with all before it in its thread, the first one first, as a mail program writes References (RFC 5322, 3.6.4). */
    private List<Integer> thread(int last) {
        Deque<Integer> thread = new ArrayDeque<>();
        for (int at = last; at >= 0; at = answered.get(at)) {
            thread.addFirst(at);
        }
        return List.copyOf(thread);
    }

    private void body(StringBuilder text, int number) {
        boolean file = number % FILE_EACH == FILE_EACH - 1;
        boolean html = random.nextInt(100) < HTML_PERCENT;
        String outer = "outer-" + hexadecimal(16);
        String inner = "inner-" + hexadecimal(16);
        if (file) {
            text.append("Content-Type: multipart/mixed; boundary=\"")
                    .append(outer)
                    .append("\"\n\n--")
                    .append(outer)
                    .append('\n');
        }
        int size = 2_000 + random.nextInt(3_000);
        if (html) {
            text.append("Content-Type: multipart/alternative; boundary=\"")
                    .append(inner)
                    .append("\"\n\n--")
                    .append(inner);
            text.append("\nContent-Type: text/plain; charset=utf-8\n\n").append(paragraphs(size / 3, "", ""));
            text.append("\n--").append(inner).append("\nContent-Type: text/html; charset=utf-8\n\n<html><body>");
            text.append(paragraphs(size * 2 / 3, "<p style=\"margin:0\">", "</p>"))
                    .append("</body></html>\n--");
            text.append(inner).append("--\n");
        } else {
            text.append("Content-Type: text/plain; charset=utf-8\n\n").append(paragraphs(size, "", ""));
        }
        if (file) {
            text.append("\n--").append(outer).append("\nContent-Type: application/pdf; name=\"report.pdf\"\n");
            text.append(
                    "Content-Disposition: attachment; filename=\"report.pdf\"\nContent-Transfer-Encoding: base64\n\n");
            byte[] content = new byte[FILE_BYTES];
            random.nextBytes(content);
            text.append(
                    Base64.getMimeEncoder(FILE_LINE_CHARS, new byte[] {'\n'}).encodeToString(content));
            text.append("\n--").append(outer).append("--\n");
        }
    }

    private String paragraphs(int chars, String before, String after) {
        StringBuilder text = new StringBuilder(chars + 200);
        while (text.length() < chars) {
            text.append(before);
            int end = text.length() + 200 + random.nextInt(300);
            while (text.length() < end) {
                StringBuilder line = new StringBuilder();
                while (line.length() < LINE_CHARS) {
                    line.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
                }
                text.append(line).append('\n');
            }
            text.append(after).append('\n');
        }
        return text.toString();
    }

    private String words(int count) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < count; i++) {
            words.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return words.toString();
    }

    private String hexadecimal(int digits) {
        StringBuilder text = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }
}
