package dev.mailroom.account.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultKeyFile;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The key of the vault is changed while people work, and an old one goes when nothing needs it. */
@QuarkusTest
class VaultKeysTest extends ServiceTest {
    private static final int CLIENTS = 6;
    private static final int ROTATIONS = 4;

    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void rotatesWhilePeopleConnectAndServicesReadAndNobodyNotices() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger connected = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        List<String> failures = new CopyOnWriteArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> work = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(_ -> clients.submit(() -> {
                        while (!over.get()) {
                            connectAndRead(connected, reads, failures);
                        }
                    }))
                    .toList();
            for (int i = 0; i < ROTATIONS; i++) {
                int before = connected.get();
                VaultKeyFile.rotate(keyFile());
                asOperator().post("/v1/vault/rotate").then().statusCode(200).body("failed.size()", equalTo(0));
                org.awaitility.Awaitility.await().until(() -> connected.get() > before + CLIENTS);
            }
            over.set(true);
            for (Future<?> client : work) {
                client.get();
            }
        }
        asOperator().post("/v1/vault/rotate").then().statusCode(200);

        assertThat(failures).isEmpty();
        assertThat(reads.get()).isGreaterThan(connected.get());
        long newest = VaultKeyFile.load(keyFile()).primaryKeyId();
        assertThat(rows("select key_id from credentials where organization_id = '" + organization + "' and key_id <> "
                        + newest))
                .isEmpty();
    }

    private void connectAndRead(AtomicInteger connected, AtomicInteger reads, List<String> failures) {
        String username = UUID.randomUUID() + "@example.com";
        mailbox.user(username, TestMailbox.PASSWORD);
        Map<String, Object> form = mailbox.form();
        form.put("username", username);
        var answer = asAdmin().body(form).post("/v1/accounts");
        if (answer.statusCode() != 201) {
            failures.add("connect: " + answer.asString());
            return;
        }
        UUID account = UUID.fromString(answer.path("id"));
        connected.incrementAndGet();
        for (int i = 0; i < 3; i++) {
            if (i == 1) {
                asAdmin().post("/v1/accounts/{id}/reconnect", account).then().statusCode(200);
            }
            var read = asService().get("/v1/accounts/{id}/credential", account);
            if (read.statusCode() != 200 || !opens(Base64.getDecoder().decode(read.<String>path("sealed")), account)) {
                failures.add("read: " + read.asString());
            }
            reads.incrementAndGet();
        }
    }

    @Test
    void listsTheKeysWithWhatEachStillSeals() {
        UUID account = connected(mailbox);
        asOperator().post("/v1/vault/rotate").then().statusCode(200);
        long old = keyOf(account);
        long fresh = VaultKeyFile.rotate(keyFile());

        List<Map<String, Object>> keys = asOperator()
                .get("/v1/vault/keys")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("data");

        assertThat(keys)
                .anySatisfy(key -> assertThat(key)
                        .containsEntry("primary", true)
                        .containsEntry("in_file", true)
                        .extractingByKey("id")
                        .asString()
                        .isEqualTo(Long.toString(fresh)));
        assertThat(keys).anySatisfy(key -> {
            assertThat(key.get("id")).asString().isEqualTo(Long.toString(old));
            assertThat(String.valueOf(key.get("credentials"))).matches("[1-9][0-9]*");
            assertThat(key).containsEntry("retired", false);
        });
    }

    @Test
    void keepsAKeyThatIsInUse() {
        UUID account = connected(mailbox);
        long old = keyOf(account);
        retire(old).statusCode(409).body("type", equalTo("https://mailroom.dev/problems/key-is-primary"));
        VaultKeyFile.rotate(keyFile());

        retire(old).statusCode(409).body("type", equalTo("https://mailroom.dev/problems/key-in-use"));
        retire(12).statusCode(404);
    }

    @Test
    void letsAKeyGoThatSealsNothingAndNeverSealsWithItAgain() {
        UUID account = connected(mailbox);
        long old = keyOf(account);
        VaultKeyFile.rotate(keyFile());
        asOperator().post("/v1/vault/rotate").then().statusCode(200);

        retire(old).statusCode(204);
        retire(old).statusCode(204);
        VaultKeyFile.remove(keyFile(), old);

        assertThat(opens(sealed(account), account)).isTrue();
        assertThatThrownBy(() -> execute("select set_config('mailroom.organization', '*', false);"
                        + " update credentials set key_id = " + old + " where account_id = '" + account + "'"))
                .hasMessageContaining("retired");
        try (TestMailbox another = TestMailbox.start()) {
            assertThat(opens(sealed(connected(another)), null)).isTrue();
        }
    }

    private io.restassured.response.ValidatableResponse retire(long key) {
        return asOperator().post("/v1/vault/keys/{id}/retire", key).then();
    }

    private byte[] sealed(UUID account) {
        return Base64.getDecoder()
                .decode(asService()
                        .get("/v1/accounts/{id}/credential", account)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<String>path("sealed"));
    }

    private long keyOf(UUID account) {
        return Vault.keyId(sealed(account));
    }

    /** Without an account: whether the key is one of the file. */
    private boolean opens(byte[] sealed, @org.jspecify.annotations.Nullable UUID account) {
        Vault vault = VaultKeyFile.load(keyFile());
        if (account == null) {
            return vault.knows(sealed);
        }
        try (var secret = vault.open(sealed, SealContext.imapSmtp(organization, account))) {
            return new String(secret.chars()).equals(TestMailbox.PASSWORD);
        }
    }

    private static Path keyFile() {
        return ConfigProvider.getConfig().getValue("mailroom.vault.key-file", Path.class);
    }
}
