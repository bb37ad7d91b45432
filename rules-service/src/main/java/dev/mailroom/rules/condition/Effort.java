package dev.mailroom.rules.condition;

/** Counts what the matching of one message costs and ends it where it costs too much. Used by one thread. */
public final class Effort {
    private final long patternStepsMax;
    private long patternSteps;
    private long leaves;

    /** @param patternStepsMax pattern size times characters that all patterns together may look at */
    public Effort(long patternStepsMax) {
        this.patternStepsMax = patternStepsMax;
    }

    /** Leaves that were asked. */
    public long leaves() {
        return leaves;
    }

    /** Pattern size times characters that were looked at. */
    public long patternSteps() {
        return patternSteps;
    }

    void leaf() {
        leaves++;
    }

    /** @throws TooMuchEffortException if the steps would pass the bound; what is left is still there for smaller patterns */
    void pattern(long steps) {
        if (patternSteps + steps > patternStepsMax) {
            throw new TooMuchEffortException();
        }
        patternSteps += steps;
    }
}
