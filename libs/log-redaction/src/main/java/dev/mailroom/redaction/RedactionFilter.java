package dev.mailroom.redaction;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets every record pass, without the secrets in it. Named {@value #NAME} in {@code quarkus.log.console.filter} and in that of every
 * other handler.
 */
@LoggingFilter(name = RedactionFilter.NAME)
public final class RedactionFilter implements Filter {
    public static final String NAME = "redaction";

    @Override
    public boolean isLoggable(LogRecord record) {
        String message = record instanceof ExtLogRecord ext ? ext.getFormattedMessage() : record.getMessage();
        if (message != null) {
            String redacted = Redaction.of(message);
            if (!redacted.equals(message)) {
                replace(record, redacted);
            }
        }
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            Throwable redacted = RedactedThrowable.of(thrown);
            if (redacted != thrown) {
                record.setThrown(redacted);
            }
        }
        return true;
    }

    private static void replace(LogRecord record, @Nullable String message) {
        if (record instanceof ExtLogRecord ext) {
            ext.setMessage(message, ExtLogRecord.FormatStyle.NO_FORMAT);
        } else {
            record.setMessage(message);
        }
        record.setParameters(null);
    }
}
