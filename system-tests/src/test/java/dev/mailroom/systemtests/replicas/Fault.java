package dev.mailroom.systemtests.replicas;

import java.util.List;

/**
 * Something that goes wrong.
 *
 * @param id short, for example {@code F7}; {@code F5-crash} is one kind of {@code F5}
 * @param what happens, in a few words
 * @param scope what it strikes
 * @param mailboxes that mail arrives in meanwhile
 * @param server settings of a mail server that this fault has to itself; empty if it shares one
 * @param happening begins when the fault does and ends when it is over
 * @param links to the mailboxes
 */
record Fault(
        String id, String what, Scope scope, int mailboxes, List<String> server, Happening happening, Links links) {
    Fault(String id, String what, Scope scope, int mailboxes, List<String> server, Happening happening) {
        this(id, what, scope, mailboxes, server, happening, Links.SEALED);
    }

    /** What the way to a mailbox is like. */
    enum Links {
        /** Encrypted from our session to the server. */
        SEALED,
        /** What is said can be heard between the two. */
        HEARD
    }

    /** Whom a fault strikes. */
    enum Scope {
        /** Single mailboxes, their server or the way to it: others can happen at the same time. */
        MAILBOX,
        /** Replicas, the database or the broker: it happens alone. */
        REPLICA
    }

    /** What goes wrong. */
    @FunctionalInterface
    interface Happening {
        void in(FaultRun run) throws Exception;
    }
}
