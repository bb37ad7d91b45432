package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.imap.provider.Provider;
import dev.mailroom.testkit.imap.provider.ProviderServer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sessions with providers as they are documented; those whose oddities leave the contract as it is keep all of it. */
class ProviderSessionTest {
    /** A provider's server for the tests of one class. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @SuppressWarnings("NullAway.Init")
    abstract static class WithProvider {
        private final Provider provider;
        private ProviderServer server;

        WithProvider(Provider provider) {
            this.provider = provider;
        }

        @BeforeAll
        void start() throws IOException {
            server = ProviderServer.start(provider, LocalServers.CERTIFICATE);
        }

        @AfterAll
        void stop() throws IOException {
            server.close();
            assertThat(server.failures()).isEmpty();
        }

        ProviderServer server() {
            return server;
        }

        public Endpoint endpoint() {
            return LocalServers.tls(server.port());
        }

        public String newUser() {
            return "u" + UUID.randomUUID();
        }

        public String password() {
            return ProviderServer.PASSWORD;
        }
    }

    @Nested
    class Courier extends WithProvider implements ImapSessionContract {
        Courier() {
            super(Provider.COURIER);
        }
    }

    @Nested
    class ICloud extends WithProvider implements ImapSessionContract {
        ICloud() {
            super(Provider.ICLOUD);
        }
    }

    @Nested
    class Gmail extends WithProvider {
        Gmail() {
            super(Provider.GMAIL);
        }

        @Test
        void namesAreTheSameWithAndWithoutUtf8() throws Exception {
            String user = newUser();
            List<String> names =
                    List.of("R&D", "Éléments", "日本", "say \"hi\"", "back\\slash", "&", "A&B-", "&AOk-", "😀 x");
            try (ImapSession session =
                    LocalServers.patient().connect(endpoint(), LocalServers.credentials(user, password()))) {
                for (String name : names) {
                    MailboxName mailbox = MailboxName.of(List.of(name), '/', false);
                    session.create(mailbox, null);

                    assertThat(session.list()).extracting(ListedMailbox::name).contains(mailbox);
                    session.append(
                            mailbox,
                            "Subject: x\r\n\r\nx".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                            Set.of(),
                            Instant.now());
                    assertThat(session.status(mailbox).messages()).as(name).isPositive();
                    assertThat(session.statuses(List.of(mailbox, MailboxName.INBOX)))
                            .containsKeys(mailbox, MailboxName.INBOX);
                    assertThat(session.select(mailbox, null).exists()).as(name).isPositive();
                }
                assertThat(session.list())
                        .extracting(listed -> listed.name().path().getLast())
                        .containsAll(names);
            }
            assertThat(server().said(user)).contains("ENABLE CONDSTORE UTF8=ACCEPT");
        }
    }
}
