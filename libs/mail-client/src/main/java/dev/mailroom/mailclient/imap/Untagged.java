package dev.mailroom.mailclient.imap;

/**
 * What the server said without a tag.
 *
 * @param number what stands before the keyword; -1 if there is none
 * @param keyword upper case, for example {@code FETCH}; empty if the line has none
 * @param rest what stands behind the keyword
 * @param status code and text of OK, NO and BAD; else {@link StatusText#NONE}
 */
record Untagged(long number, String keyword, Tokens rest, StatusText status) {
    /** @param utf8 whether names of mailboxes are UTF-8 on this connection */
    static Untagged parse(ImapLine line, boolean utf8) {
        Tokens tokens = utf8 ? line.tokens().withUtf8Names() : line.tokens();
        if (line.isStatus()) {
            String keyword = line.isOK() ? "OK" : line.isNO() ? "NO" : line.isBAD() ? "BAD" : "BYE";
            return new Untagged(-1, keyword, tokens, line.statusText());
        }
        if (tokens.atEnd()) {
            return new Untagged(-1, "", tokens, StatusText.NONE);
        }
        long number = tokens.nextIsNumber() ? tokens.number() : -1;
        return new Untagged(number, tokens.keyword(), tokens, StatusText.NONE);
    }

    boolean is(String expected) {
        return keyword.equals(expected);
    }

    /** Takes what one command asked for. */
    @FunctionalInterface
    interface Handler {
        /** Takes nothing. */
        Handler NONE = answer -> false;

        /** @return false if the answer was not asked for and belongs to the updates */
        boolean take(Untagged answer);
    }
}
