package dev.mailroom.rules.condition;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates from above how large a pattern's program is before it is compiled: {@code ((a{1000}){1000}){1000}} is 23 characters
 * and would be a billion instructions.
 */
final class PatternSize {
    /** Where the estimate stops growing: far above what is allowed, far below an overflow. */
    private static final long CEILING = 1L << 40;

    private final String pattern;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long sum;
    private long last;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    /** Instructions, about one for each character that a match may look at; 1 at least. */
    static long of(String pattern) {
        return new PatternSize(pattern).estimate();
    }

    private long estimate() {
        while (at < pattern.length()) {
            char character = pattern.charAt(at);
            switch (character) {
                case '\\' -> escape();
                case '[' -> bracket();
                case '(' -> {
                    outer.push(sum + last);
                    sum = 1;
                    last = 0;
                    at++;
                }
                case ')' -> {
                    last = sum + last + 1;
                    sum = outer.isEmpty() ? 0 : outer.pop();
                    at++;
                }
                case '{' -> repeat();
                case '*', '+', '?' -> {
                    last = Math.min(CEILING, last + 1);
                    at++;
                }
                default -> atom(1);
            }
        }
        while (!outer.isEmpty()) {
            last += sum;
            sum = outer.pop();
        }
        return Math.min(CEILING, sum + last + 1);
    }

    private void atom(int characters) {
        sum = Math.min(CEILING, sum + last);
        last = 1;
        at += characters;
    }

    private void escape() {
        if (pattern.startsWith("\\Q", at)) {
            // Literal text to \E: each character of it is one instruction.
            int end = pattern.indexOf("\\E", at);
            int stop = end < 0 ? pattern.length() : end + 2;
            sum = Math.min(CEILING, sum + last + (stop - at));
            last = 1;
            at = stop;
            return;
        }
        atom(2);
    }

    private void bracket() {
        int end = at + 1;
        if (end < pattern.length() && pattern.charAt(end) == '^') {
            end++;
        }
        if (end < pattern.length() && pattern.charAt(end) == ']') {
            end++;
        }
        while (end < pattern.length() && pattern.charAt(end) != ']') {
            if (pattern.startsWith("[:", end)) {
                int close = pattern.indexOf(":]", end + 2);
                end = close < 0 ? end + 1 : close + 2;
            } else {
                end += pattern.charAt(end) == '\\' ? 2 : 1;
            }
        }
        atom(Math.min(end, pattern.length() - 1) + 1 - at);
    }

    private void repeat() {
        int end = at + 1;
        long count = 0;
        long most = 0;
        while (end < pattern.length() && (Character.isDigit(pattern.charAt(end)) || pattern.charAt(end) == ',')) {
            char character = pattern.charAt(end++);
            count = character == ',' ? 0 : Math.min(CEILING, count * 10 + Character.digit(character, 10));
            most = Math.max(most, count);
        }
        if (end == at + 1 || end >= pattern.length() || pattern.charAt(end) != '}') {
            atom(1); // Not a count: a brace that stands for itself.
            return;
        }
        last = last > CEILING / Math.max(1, most) ? CEILING : Math.max(1, last) * Math.max(1, most) + 1;
        at = end + 1;
    }
}
