package dev.mailroom.contracts;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Topic {@code mailroom.send.requests}, key: account. Written by rules-service. */
public sealed interface SendRequest extends MailroomEvent {

    UUID account();

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /**
     * A mail to be sent without a person asking.
     *
     * @param request makes it happen once; the id of the outgoing message follows from it
     * @param autoSubmitted whether it is an answer by a machine (RFC 3834) and must say so
     * @param addressedTo addresses in To and Cc of the message that is answered, in their order, at most {@link #ADDRESSED_TO_MAX}: the
     *     first that is one of the account's is the sender, else its default one is
     */
    @EventType("send.requested")
    record Requested(
            UUID request,
            UUID account,
            UUID organization,
            List<Address> to,
            List<Address> cc,
            List<Address> bcc,
            String subjectLine,
            @Nullable String text,
            @Nullable String html,
            @Nullable String inReplyTo,
            List<String> references,
            @Nullable UUID conversation,
            boolean autoSubmitted,
            Origin origin,
            List<String> addressedTo)
            implements SendRequest {
        public static final int ADDRESSED_TO_MAX = 100;

        /** What answers nothing. */
        public Requested(
                UUID request,
                UUID account,
                UUID organization,
                List<Address> to,
                List<Address> cc,
                List<Address> bcc,
                String subjectLine,
                @Nullable String text,
                @Nullable String html,
                @Nullable String inReplyTo,
                List<String> references,
                @Nullable UUID conversation,
                boolean autoSubmitted,
                Origin origin) {
            this(
                    request,
                    account,
                    organization,
                    to,
                    cc,
                    bcc,
                    subjectLine,
                    text,
                    html,
                    inReplyTo,
                    references,
                    conversation,
                    autoSubmitted,
                    origin,
                    List.of());
        }

        public Requested {
            Required.of("request", request);
            Required.of("account", account);
            Required.of("organization", organization);
            to = Required.list(to);
            cc = Required.list(cc);
            bcc = Required.list(bcc);
            Required.of("subject_line", subjectLine);
            references = Required.list(references);
            Required.of("origin", origin);
            addressedTo = Required.list(addressedTo);
        }

        @Override
        public UUID subject() {
            return request;
        }
    }
}
