package dev.mailroom.systemtests.replicas;

import java.util.List;

/**
 * Something that goes wrong.
 *
 * @param id short, for example {@code F7}
 * @param what happens, in a few words
 * @param scope what it strikes
 * @param mailboxes that mail arrives in meanwhile
 * @param server settings of a mail server that this fault has to itself; empty if it shares one
 * @param happening begins when the fault does and ends when it is over
 */
record Fault(String id, String what, Scope scope, int mailboxes, List<String> server, Happening happening) {
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
