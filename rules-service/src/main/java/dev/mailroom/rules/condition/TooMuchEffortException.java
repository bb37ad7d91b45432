package dev.mailroom.rules.condition;

/** The patterns of the rules would cost more than one message may: the rule that asked is not decided. */
public final class TooMuchEffortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchEffortException() {
        super("the patterns of the rules cost more than one message may");
    }
}
