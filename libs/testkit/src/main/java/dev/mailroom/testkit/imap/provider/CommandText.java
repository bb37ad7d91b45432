package dev.mailroom.testkit.imap.provider;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;

/** A command as it was sent, literals included; read from left to right. One character for each byte. */
final class CommandText {
    private final String text;
    private int at;

    CommandText(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /** Up to the next space. */
    String word() {
        skipSpaces();
        int end = text.indexOf(' ', at);
        String word = text.substring(at, end < 0 ? text.length() : end);
        at += word.length();
        return word;
    }

    /** The next word in upper case. */
    String verb() {
        return word().toUpperCase(Locale.ROOT);
    }

    /** An atom, a quoted string or a literal. */
    String string() {
        skipSpaces();
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        if (at < text.length() && text.charAt(at) == '{') {
            int close = text.indexOf('}', at);
            int length = Integer.parseInt(text.substring(at + 1, close).replace("+", ""));
            at = close + 3 + length;
            return text.substring(close + 3, at);
        }
        return word();
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            value.append(text.charAt(at++));
        }
        at++;
        return value.toString();
    }

    boolean nextIs(char c) {
        skipSpaces();
        return at < text.length() && text.charAt(at) == c;
    }

    /** What stands in the next pair of parentheses, inner ones included; all that is left if there are none. */
    String group() {
        if (!nextIs('(')) {
            String rest = text.substring(at);
            at = text.length();
            return rest;
        }
        int begin = at + 1;
        int depth = 0;
        do {
            depth += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            at++;
        } while (depth > 0 && at < text.length());
        return text.substring(begin, at - 1);
    }

    List<String> words() {
        String group = group().strip();
        return group.isEmpty() ? List.of() : List.of(group.split(" ", -1));
    }

    /** Those of the UIDs that a set like {@code 1:3,7:*} names. */
    static List<Long> among(String set, NavigableSet<Long> uids) {
        TreeSet<Long> named = new TreeSet<>();
        long last = uids.isEmpty() ? 0 : uids.last();
        for (String part : set.split(",", -1)) {
            String[] ends = part.split(":", -1);
            long one = ends[0].equals("*") ? last : Long.parseLong(ends[0]);
            long other = ends[ends.length - 1].equals("*") ? last : Long.parseLong(ends[ends.length - 1]);
            named.addAll(uids.subSet(Math.min(one, other), true, Math.max(one, other), true));
        }
        return new ArrayList<>(named);
    }

    /** As a set: ascending, one by one. */
    static String set(Collection<Long> uids) {
        return String.join(",", uids.stream().map(String::valueOf).toList());
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
