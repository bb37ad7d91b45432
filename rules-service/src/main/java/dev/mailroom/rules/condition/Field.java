package dev.mailroom.rules.condition;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a leaf looks at. */
public enum Field {
    FROM(Kind.ADDRESS, true),
    TO(Kind.ADDRESS, false),
    CC(Kind.ADDRESS, false),
    BCC(Kind.ADDRESS, false),
    TO_CC_BCC(Kind.ADDRESS, false),
    REPLY_TO(Kind.ADDRESS, false),
    SUBJECT(Kind.TEXT, true),
    BODY(Kind.TEXT, true),
    /** Subject, body, and names and addresses of everybody. */
    CONTENT(Kind.TEXT, false),
    ATTACHMENT_NAME(Kind.TEXT, false),
    /** The mailbox in which the provider put the message, levels joined by "/". */
    MAILBOX(Kind.TEXT, true),
    EMAIL_ACCOUNT(Kind.ID, true),
    /** Whether the provider filed it as junk. */
    SPAM(Kind.FLAG, true),
    /** Whether it was first seen outside the inbox: a filter of the provider moved it. */
    PROVIDER_FILED(Kind.FLAG, true),
    /** Whether a machine or a list sent it (RFC 3834). */
    AUTOMATED(Kind.FLAG, true);

    /** What the values of a field are, and with it which operators it has. */
    public enum Kind {
        ADDRESS,
        TEXT,
        ID,
        FLAG
    }

    private final Kind kind;
    private final boolean single;

    Field(Kind kind, boolean single) {
        this.kind = kind;
        this.single = single;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether a message has at most one value of it. */
    public boolean isSingle() {
        return single;
    }

    /** The name in JSON. */
    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Field> of(String json) {
        return Arrays.stream(values())
                .filter(field -> field.json().equals(json))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Field::json).collect(Collectors.joining(", "));
    }
}
