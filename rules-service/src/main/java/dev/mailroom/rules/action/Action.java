package dev.mailroom.rules.action;

import org.jspecify.annotations.Nullable;

/** One thing a rule asks for. Made by {@link ActionReader} only, so its texts keep their limits. */
public sealed interface Action {
    /** Actions of one rule. */
    int ACTIONS_MAX = 20;

    /** The name in JSON and in events, for example {@code apply_label}. */
    String type();

    /** An action that needs no more than the message. */
    enum Simple {
        ARCHIVE("archive"),
        MARK_READ("mark_read"),
        MARK_UNREAD("mark_unread"),
        TRASH("trash"),
        SPAM("spam"),
        MOVE_TO_INBOX("move_to_inbox");

        private final String json;

        Simple(String json) {
            this.json = json;
        }

        String json() {
            return json;
        }
    }

    record OnMessage(Simple what) implements Action {
        @Override
        public String type() {
            return what.json();
        }
    }

    /**
     * Adds a label.
     *
     * @param label levels joined by "/", 1..{@link #LABEL_MAX_CHARACTERS} characters
     */
    record ApplyLabel(String label) implements Action {
        @Override
        public String type() {
            return "apply_label";
        }
    }

    record RemoveLabel(String label) implements Action {
        @Override
        public String type() {
            return "remove_label";
        }
    }

    /**
     * Answers the sender.
     *
     * @param subject null for "Re: " and the subject of the message
     * @param text plain text, 1..{@link #RESPONSE_MAX_CHARACTERS} characters
     */
    record SendResponse(@Nullable String subject, String text) implements Action {
        @Override
        public String type() {
            return "send_response";
        }
    }

    /** No later rule is asked for this message. */
    record Stop() implements Action {
        @Override
        public String type() {
            return "stop";
        }
    }

    int LABEL_MAX_CHARACTERS = 255;

    int LABEL_MAX_LEVELS = 10;

    int SUBJECT_MAX_CHARACTERS = 200;

    int RESPONSE_MAX_CHARACTERS = 20_000;
}
