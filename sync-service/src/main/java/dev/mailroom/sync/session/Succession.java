package dev.mailroom.sync.session;

import org.jboss.logging.Logger;

/** One session takes another's place: two under one fence would do everything twice. */
final class Succession {
    private static final Logger LOG = Logger.getLogger(Succession.class);

    private Succession() {}

    /** Ends the former session, if need be in the middle of what it does. @return false if who waits is to end as well */
    static boolean awaitEnd(AccountSession former, SessionConfig config) {
        former.stop();
        try {
            if (!former.join(config.stopGrace())) {
                former.stopAtOnce();
            }
            while (!former.join(config.stopMax())) {
                LOG.warnf(
                        "account=%s waits for the session before it to end",
                        former.account().id());
            }
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }
}
