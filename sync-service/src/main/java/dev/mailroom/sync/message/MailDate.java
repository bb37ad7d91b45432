package dev.mailroom.sync.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the Date header (RFC 5322 section 3.3 and its obsolete forms). */
final class MailDate {
    private static final int HEADER_MAX_CHARS = 100;
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final Map<String, Integer> ZONE_HOURS =
            Map.of("est", -5, "edt", -4, "cst", -6, "cdt", -5, "mst", -7, "mdt", -6, "pst", -8, "pdt", -7);
    private static final Pattern DATE = Pattern.compile("(\\d{1,2})[ -]+([A-Za-z]{3})[a-z]{0,6}[ ,-]+(\\d{2,4})[ ,]+"
            + "(\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?:\\.\\d{1,9})? *([+-]\\d{4}|[A-Za-z]{1,5})?");

    private MailDate() {}

    /** The instant in microseconds, or null for what is not a date of the years 1970 to 9999. */
    static @Nullable Instant parse(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String text = CleanText.line(header, HEADER_MAX_CHARS);
        Matcher matcher = DATE.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        int month = MONTHS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
        int year = Integer.parseInt(matcher.group(3));
        if (matcher.group(3).length() == 2) {
            year += year < 50 ? 2000 : 1900;
        } else if (matcher.group(3).length() == 3) {
            year += 1900;
        }
        try {
            int second = matcher.group(6) == null ? 0 : Integer.parseInt(matcher.group(6));
            LocalDateTime local = LocalDateTime.of(
                    year,
                    month,
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(4)),
                    Integer.parseInt(matcher.group(5)),
                    // A leap second has no place of its own in an Instant.
                    Math.min(second, 59));
            Instant instant = local.toInstant(zone(matcher.group(7)));
            return year < 1970 ? null : instant;
        } catch (DateTimeException notADate) {
            return null;
        }
    }

    private static ZoneOffset zone(@Nullable String text) {
        if (text == null) {
            return ZoneOffset.UTC;
        }
        if (text.startsWith("+") || text.startsWith("-")) {
            int hours = Integer.parseInt(text.substring(1, 3));
            int minutes = Integer.parseInt(text.substring(3, 5));
            int sign = text.startsWith("-") ? -1 : 1;
            return ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
        }
        return ZoneOffset.ofHours(ZONE_HOURS.getOrDefault(text.toLowerCase(Locale.ROOT), 0));
    }
}
