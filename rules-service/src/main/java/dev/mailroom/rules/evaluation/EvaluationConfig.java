package dev.mailroom.rules.evaluation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The limits of a run of rules. */
@ConfigMapping(prefix = "mailroom.evaluation")
interface EvaluationConfig {
    /** Rules that may stand between an act of a person or server and a command; 5. */
    @WithDefault("5")
    int depthMax();

    /** Runs of one rule in one conversation within {@link #runsWindow()}; 20. Above, the rule pauses there. */
    @WithDefault("20")
    int runsPerConversationMax();

    /** Within what time runs are counted; 1 hour. */
    @WithDefault("PT1H")
    Duration runsWindow();

    /**
     * Pattern size times characters that all patterns may look at for one message; 50 million, some tenths of a second. A rule that
     * would pass it fails for this message.
     */
    @WithDefault("50000000")
    long patternStepsMax();

    /** How long the messages of an account, all together, wait for it to become known; 20 s. Then no rule sees them. */
    @WithDefault("PT20S")
    Duration unknownAccountWait();

    Responses responses();

    /** The limits of answers that nobody asked for. */
    interface Responses {
        /** Time in which a rule answers a sender once per account; 24 hours. */
        @WithDefault("PT24H")
        Duration interval();

        /** Answers of all rules to one sender from one account within the interval; 5. */
        @WithDefault("5")
        int perSenderMax();

        /** Answers of one organization within an hour; 500. */
        @WithDefault("500")
        int perOrganizationHourMax();
    }
}
