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
            Origin origin)
            implements SendRequest {
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
        }

        @Override
        public UUID subject() {
            return request;
        }
    }
}
