package dev.mailroom.mailclient.imap;

/** The tagged end of a command. */
record Reply(Kind kind, StatusText status) {
    enum Kind {
        OK,
        NO,
        BAD
    }

    static Reply of(ImapLine line) {
        Kind kind = line.isOK() ? Kind.OK : line.isNO() ? Kind.NO : Kind.BAD;
        return new Reply(kind, line.statusText());
    }

    boolean isOk() {
        return kind == Kind.OK;
    }
}
