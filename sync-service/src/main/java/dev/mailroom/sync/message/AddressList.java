package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Reads an address list (RFC 5322 section 3.4) leniently, in one pass and in linear time.
 *
 * <p>Comments are dropped, groups are flattened, a name without an address is left out, a bare address is taken as it is.
 */
final class AddressList {
    /** RFC 5321 section 4.5.3.1: 64 + 1 + 255. What is longer is no address. */
    static final int ADDRESS_MAX_CHARS = 320;

    static final int NAME_MAX_CHARS = 200;

    private final String text;
    private final int max;
    private final UnaryOperator<String> decoder;
    private final List<Address> found = new ArrayList<>();
    private final StringBuilder words = new StringBuilder();
    private final StringBuilder angle = new StringBuilder();
    private boolean hasAngle;
    private boolean complete = true;

    private AddressList(String text, int max, UnaryOperator<String> decoder) {
        this.text = text;
        this.max = max;
        this.decoder = decoder;
    }

    /** @param complete false if there were more than the limit */
    record Result(List<Address> addresses, boolean complete) {}

    /** @param decoder turns a display name with encoded words into text */
    static Result parse(String header, int max, UnaryOperator<String> decoder) {
        AddressList list = new AddressList(header, max, decoder);
        list.scan();
        return new Result(List.copyOf(list.found), list.complete);
    }

    private void scan() {
        boolean inAngle = false;
        int comment = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && comment > 0) {
                i++;
            } else if (c == '(' && !inAngle) {
                comment++;
            } else if (comment > 0) {
                comment -= c == ')' ? 1 : 0;
            } else if (c == '"') {
                i = quoted(i + 1, inAngle ? angle : words);
            } else if (c == '<') {
                inAngle = true;
                hasAngle = true;
                angle.setLength(0);
            } else if (c == '>') {
                inAngle = false;
            } else if (inAngle) {
                angle.append(c);
            } else if (c == ',' || c == ';') {
                finish();
            } else if (c == ':' && words.indexOf("@") < 0) {
                words.setLength(0);
            } else {
                words.append(c);
            }
        }
        finish();
    }

    private int quoted(int from, StringBuilder into) {
        int i = from;
        while (i < text.length() && text.charAt(i) != '"') {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                i++;
            }
            into.append(text.charAt(i));
            i++;
        }
        return i;
    }

    private void finish() {
        String name = words.toString().strip();
        String address = (hasAngle ? angle.toString() : name).strip();
        words.setLength(0);
        angle.setLength(0);
        boolean named = hasAngle && !name.isEmpty();
        hasAngle = false;
        // A source route (RFC 5322 section 4.4) stands before the address.
        int route = address.startsWith("@") ? address.indexOf(':') : -1;
        address = CleanText.line(address.substring(route + 1), ADDRESS_MAX_CHARS + 1)
                .replace(" ", "");
        if (address.isEmpty() || address.length() > ADDRESS_MAX_CHARS || address.indexOf('@') < 1) {
            return;
        }
        if (found.size() >= max) {
            complete = false;
            return;
        }
        String shown = named ? CleanText.line(decoder.apply(name), NAME_MAX_CHARS) : "";
        found.add(new Address(shown.isEmpty() ? null : shown, address));
    }
}
