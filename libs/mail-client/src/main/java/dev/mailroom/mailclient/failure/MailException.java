package dev.mailroom.mailclient.failure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failed dialogue with a mail server.
 *
 * <p>The message holds stage, category and response code, never names, addresses or what the server said.
 */
public final class MailException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Stage stage;
    private final Category category;
    private final Remedy remedy;
    private final @Nullable String responseCode;
    private final @Nullable String serverText;
    private final @Nullable Duration suggestedBackoff;

    private MailException(Builder builder) {
        super(describe(builder), builder.cause);
        this.stage = builder.stage;
        this.category = builder.category;
        this.remedy = builder.remedy;
        this.responseCode = builder.responseCode;
        this.serverText = builder.serverText;
        this.suggestedBackoff = builder.suggestedBackoff;
    }

    public static MailException of(Stage stage, Category category) {
        return at(stage, category).build();
    }

    public static MailException of(Stage stage, Category category, @Nullable Throwable cause) {
        return at(stage, category).cause(cause).build();
    }

    public static Builder at(Stage stage, Category category) {
        return new Builder(stage, category);
    }

    public Stage stage() {
        return stage;
    }

    public Category category() {
        return category;
    }

    public Remedy remedy() {
        return remedy;
    }

    /** The IMAP response code (RFC 5530) or the SMTP enhanced status code, as sent, upper case; null if there was none. */
    public @Nullable String responseCode() {
        return responseCode;
    }

    /** What the server said to the log-in or to a later command: cleaned, at most 200 characters; null before that. */
    public @Nullable String serverText() {
        return serverText;
    }

    /** How long the server, or what is known about its kind, asks us to stay away. */
    public Optional<Duration> suggestedBackoff() {
        return Optional.ofNullable(suggestedBackoff);
    }

    private static String describe(Builder builder) {
        String text = "stage=" + builder.stage.wireName() + " category=" + builder.category.wireName();
        return builder.responseCode == null ? text : text + " code=" + builder.responseCode;
    }

    /** Collects what is known about a failure. */
    public static final class Builder {
        private final Stage stage;
        private final Category category;
        private Remedy remedy;
        private @Nullable String responseCode;
        private @Nullable String serverText;
        private @Nullable Duration suggestedBackoff;
        private @Nullable Throwable cause;

        private Builder(Stage stage, Category category) {
            this.stage = stage;
            this.category = category;
            this.remedy = category.remedy();
        }

        public Builder remedy(Remedy value) {
            this.remedy = value;
            return this;
        }

        public Builder responseCode(@Nullable String value) {
            this.responseCode = value == null ? null : ServerText.clean(value);
            return this;
        }

        /** Give it only what was said over TLS and after the log-in began. */
        public Builder serverText(@Nullable String value) {
            this.serverText = value == null ? null : ServerText.clean(value);
            return this;
        }

        public Builder suggestedBackoff(@Nullable Duration value) {
            this.suggestedBackoff = value;
            return this;
        }

        public Builder cause(@Nullable Throwable value) {
            this.cause = value;
            return this;
        }

        public MailException build() {
            return new MailException(this);
        }
    }
}
