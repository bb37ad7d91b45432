package dev.mailroom.sync.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Json;
import dev.mailroom.vault.OpenedSecret;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultException;
import dev.mailroom.vault.VaultKeyFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The password of an account for the moment of a log-in. What is stored is sealed; what is opened is the caller's to wipe. */
@Singleton
public class Credentials {
    private static final int ANSWER_MAX_BYTES = 64 * 1024;

    private final Database database;
    private final ServiceCalls calls;
    private final AccountConfig config;
    private @Nullable Vault vault;

    @Inject
    public Credentials(Database database, ServiceCalls calls, AccountConfig config) {
        this.database = database;
        this.calls = calls;
        this.config = config;
    }

    private record Sealed(
            @JsonProperty("version") long version,
            @JsonProperty("username") String username,
            @JsonProperty("sealed") String sealed) {}

    /**
     * Opens the credentials of an account; fetches them first if the stored ones are older than the account says, or sealed by a key
     * that was taken out of the key file since.
     *
     * @throws CredentialsUnavailableException if account-service is away and nothing is stored, or the vault cannot open it
     */
    public ImapCredentials open(Account account) throws CredentialsUnavailableException, InterruptedException {
        Row row = database.first(
                        "select sealed, sealed_version, sealed_username from account where id = $1", account.id())
                .orElseThrow(() -> new CredentialsUnavailableException("the account is gone"));
        Long version = row.getLong("sealed_version");
        if (version != null && version >= account.credentialVersion()) {
            byte[] stored = row.getBuffer("sealed").getBytes();
            if (vault().knows(stored)) {
                return opened(account, stored, row.getString("sealed_username"));
            }
        }
        Sealed fetched = fetch(account.id());
        byte[] envelope = Base64.getDecoder().decode(fetched.sealed());
        database.execute("""
                update account set sealed = $2, sealed_version = $3, sealed_username = $4
                where id = $1 and not removed and coalesce(sealed_version, -1) <= $3
                """, account.id(), Buffer.buffer(envelope), fetched.version(), fetched.username());
        return opened(account, envelope, fetched.username());
    }

    private Sealed fetch(UUID account) throws CredentialsUnavailableException, InterruptedException {
        var uri = config.accountServiceUrl().resolve("/v1/accounts/" + account + "/credential");
        return switch (calls.get(uri, "application/json", ANSWER_MAX_BYTES)) {
            case ServiceCalls.Answer.Found found ->
                Json.read(new String(found.body(), StandardCharsets.UTF_8), Sealed.class);
            case ServiceCalls.Answer.Missing missing ->
                throw new CredentialsUnavailableException("account-service has no such account");
            case ServiceCalls.Answer.Failed failed ->
                throw new CredentialsUnavailableException("account-service: " + failed.reason());
        };
    }

    private ImapCredentials opened(Account account, byte[] envelope, String username)
            throws CredentialsUnavailableException {
        try (OpenedSecret secret = vault().open(envelope, SealContext.imapSmtp(account.organization(), account.id()))) {
            byte[] bytes = secret.bytes();
            try {
                return new ImapCredentials(username, Secret.ofUtf8(bytes));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        } catch (VaultException e) {
            throw new CredentialsUnavailableException("vault: " + e.getMessage());
        }
    }

    private synchronized Vault vault() throws CredentialsUnavailableException {
        Vault loaded = vault;
        if (loaded == null) {
            if (config.vaultKeyFile().isEmpty()) {
                throw new CredentialsUnavailableException("mailroom.vault.key-file is not set");
            }
            loaded = VaultKeyFile.load(config.vaultKeyFile().get());
            vault = loaded;
        }
        return loaded;
    }
}
