package dev.mailroom.localstack.mailserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.embedded.LoopbackPorts;
import jakarta.mail.Folder;
import jakarta.mail.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoMailServerTest {

    @TempDir
    Path folder = Path.of("unset");

    @Test
    void servesAFilledMailboxWithACertificateThatIsCheckedByName() throws Exception {
        // A JVM may have had one before.
        DemoMailServer.start(folder.resolve("earlier"), LoopbackPorts.free(), LoopbackPorts.free())
                .close();
        try (var server = DemoMailServer.start(folder, LoopbackPorts.free(), LoopbackPorts.free())) {
            var settings = new Properties();
            settings.setProperty("mail.imaps.ssl.checkserveridentity", "true");
            settings.put("mail.imaps.ssl.socketFactory", TrustingSockets.of(server.authorityFile()));
            try (var store = Session.getInstance(settings).getStore("imaps")) {
                store.connect(server.host(), server.imapPort(), Person.ANA.address(), Person.ANA.password());
                int messages = 0;
                for (Folder found : store.getDefaultFolder().list("*")) {
                    messages += found.getMessageCount();
                }

                assertThat(messages).isEqualTo(server.messages(Person.ANA)).isEqualTo(204);
                assertThat(Arrays.stream(store.getDefaultFolder().list("*")).map(Folder::getFullName))
                        .contains("INBOX", "Sent", "Archive", "Finance.Invoices");
                assertThat(store.getFolder("INBOX").getUnreadMessageCount()).isPositive();
            }
            assertThat(server.holds(Person.ANA, "Finance/Invoices", "Invoice 2025-4128", true))
                    .isTrue();
            assertThat(server.holds(Person.ANA, "INBOX", "Invoice 2025-4128", false))
                    .isFalse();
        }
    }
}
