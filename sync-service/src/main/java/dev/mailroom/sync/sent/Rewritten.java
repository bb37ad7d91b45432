package dev.mailroom.sync.sent;

import dev.mailroom.mailclient.failure.MailException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message written in another way, for a server that does not take it as it was sent.
 *
 * <p>Exchange answers APPEND with {@code BAD Command Error. 10} where a line is too long, and with {@code BAD Command Argument Error. 11}
 * where a header of an attached message is encoded wrongly. So parts with long lines or 8-bit bytes become base64, long header lines are
 * folded, and attached messages become files. What is signed as it stands (multipart/signed) is left as it is.
 */
final class Rewritten {
    private static final Pattern ODD_APPEND =
            Pattern.compile("Command (?:Argument )?Error\\.? *1[01]\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern BAD_ATTACHED_HEADER = Pattern.compile("Error\\.? *11\\b", Pattern.CASE_INSENSITIVE);

    /** Characters of a line without its end (RFC 5322 section 2.1.1). */
    private static final int LINE_MAX = 998;

    private static final int DEPTH_MAX = 20;
    private static final String CRLF = "\r\n";
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder();

    private final boolean attachedToFiles;

    private Rewritten(boolean attachedToFiles) {
        this.attachedToFiles = attachedToFiles;
    }

    /** Whether the server may take the message if it is written in another way. */
    static boolean mayHelp(MailException refused) {
        String said = refused.serverText();
        return said != null && ODD_APPEND.matcher(said).find();
    }

    /** @return empty if there is no other way */
    static Optional<byte[]> of(byte[] message, MailException refused) {
        String said = String.valueOf(refused.serverText());
        String before = new String(message, StandardCharsets.ISO_8859_1);
        String after = new Rewritten(BAD_ATTACHED_HEADER.matcher(said).find()).entity(before, 0);
        return after.equals(before) ? Optional.empty() : Optional.of(after.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One character for each byte. */
    private String entity(String entity, int depth) {
        int end = entity.indexOf(CRLF + CRLF);
        if (end < 0 || depth > DEPTH_MAX) {
            return entity;
        }
        List<String> fields =
                new ArrayList<>(Arrays.asList(entity.substring(0, end).split("\r\n(?![ \t])", -1)));
        String body = entity.substring(end + 4);
        String type = valueOf(fields, "content-type");
        String kind = type.toLowerCase(Locale.ROOT).strip();
        if (kind.startsWith("multipart/signed")) {
            return entity;
        }
        fields.replaceAll(Rewritten::folded);
        if (kind.startsWith("multipart/")) {
            body = multipart(body, boundaryOf(type), depth);
        } else if (kind.startsWith("message/")) {
            if (attachedToFiles || hasLongLine(body)) {
                replace(fields, "Content-Type", "application/octet-stream; name=\"message.eml\"");
                body = base64(fields, body);
            }
        } else {
            String encoding = valueOf(fields, "content-transfer-encoding")
                    .toLowerCase(Locale.ROOT)
                    .strip();
            boolean encoded = encoding.equals("base64") || encoding.equals("quoted-printable");
            if (!encoded && (hasLongLine(body) || !isPlain(body))) {
                body = base64(fields, body);
            }
        }
        return String.join(CRLF, fields) + CRLF + CRLF + body;
    }

    private String multipart(String body, String boundary, int depth) {
        if (boundary.isEmpty()) {
            return body;
        }
        Matcher line = Pattern.compile("(?:^|(?<=\n))--" + Pattern.quote(boundary) + "(--)?[ \\t]*(?:\r\n|$)")
                .matcher(body);
        StringBuilder written = new StringBuilder();
        int from = 0;
        boolean inPart = false;
        while (line.find()) {
            String between = body.substring(from, line.start());
            // The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1).
            boolean part = inPart && between.endsWith(CRLF);
            written.append(part ? entity(between.substring(0, between.length() - 2), depth + 1) + CRLF : between)
                    .append(line.group());
            from = line.end();
            inPart = line.group(1) == null;
        }
        return written.append(body, from, body.length()).toString();
    }

    private static String base64(List<String> fields, String body) {
        replace(fields, "Content-Transfer-Encoding", "base64");
        return BASE64.encodeToString(body.getBytes(StandardCharsets.ISO_8859_1)) + CRLF;
    }

    private static String valueOf(List<String> fields, String name) {
        return fields.stream()
                .filter(field -> isOf(field, name))
                .map(field -> field.substring(name.length() + 1).replace(CRLF, ""))
                .findFirst()
                .orElse("");
    }

    private static boolean isOf(String field, String name) {
        return field.regionMatches(true, 0, name + ":", 0, name.length() + 1);
    }

    private static void replace(List<String> fields, String name, String value) {
        fields.removeIf(field -> isOf(field, name));
        fields.add(name + ": " + value);
    }

    private static String boundaryOf(String type) {
        Matcher found = Pattern.compile("boundary=(?:\"([^\"]{1,200})\"|([^;\\s]{1,200}))", Pattern.CASE_INSENSITIVE)
                .matcher(type);
        if (!found.find()) {
            return "";
        }
        return found.group(1) == null ? found.group(2) : found.group(1);
    }

    private static boolean hasLongLine(String text) {
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            if (end - from > LINE_MAX + 1) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c > 0 && c < 0x80);
    }

    /** Breaks a field with a long line before a space, wherever there is one. */
    private static String folded(String field) {
        if (!hasLongLine(field)) {
            return field;
        }
        StringBuilder folded = new StringBuilder();
        int line = 0;
        for (String word : field.replace(CRLF, "").split("(?=[ \t])", -1)) {
            if (line > 0 && line + word.length() > LINE_MAX) {
                folded.append(CRLF);
                line = 0;
            }
            folded.append(word);
            line += word.length();
        }
        return folded.toString();
    }
}
