package dev.mailroom.send.account;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.smtp.SmtpCredentials;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.vault.OpenedSecret;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Opens the credential of an account for one log-in; fetches it where the sealed copy is missing, old, or of a key that is gone. */
@ApplicationScoped
public class Credentials {
    private final CredentialClient client;
    private final Vault vault;
    private final Transactions transactions;
    private final Optional<Path> tokenFile;

    Credentials(
            @RestClient CredentialClient client,
            Vault vault,
            Transactions transactions,
            @ConfigProperty(name = "mailroom.service-token-file") Optional<Path> tokenFile) {
        this.client = client;
        this.vault = vault;
        this.transactions = transactions;
        this.tokenFile = tokenFile;
    }

    /**
     * The credential of the account. The caller wipes the password. Blocks; for a virtual thread.
     *
     * @throws CredentialUnavailableException if account-service or the vault does not give it
     */
    public SmtpCredentials open(AccountRow account) throws CredentialUnavailableException {
        byte[] sealed = account.sealed;
        String username = account.sealedUsername;
        boolean current = account.sealedVersion != null && account.sealedVersion >= account.credentialVersion;
        if (!current || sealed == null || username == null || !vault.knows(sealed)) {
            CredentialClient.SealedCredential fetched = fetch(account);
            sealed = fetched.sealed();
            username = fetched.username();
        }
        SealContext context = SealContext.imapSmtp(account.organizationId, account.id);
        try (OpenedSecret opened = vault.open(sealed, context)) {
            byte[] plain = opened.bytes();
            try {
                return new SmtpCredentials(username, Secret.ofUtf8(plain));
            } finally {
                Arrays.fill(plain, (byte) 0);
            }
        } catch (VaultException closed) {
            throw new CredentialUnavailableException("the vault refused: " + closed.reason(), closed);
        }
    }

    private CredentialClient.SealedCredential fetch(AccountRow account) throws CredentialUnavailableException {
        CredentialClient.SealedCredential fetched;
        try {
            fetched = client.get(account.id, "Bearer " + token());
        } catch (WebApplicationException | ProcessingException away) {
            throw new CredentialUnavailableException("account-service did not give it", away);
        }
        boolean right =
                fetched.account().equals(account.id) && fetched.organization().equals(account.organizationId);
        if (!right) {
            throw new CredentialUnavailableException("account-service gave another account's");
        }
        transactions.inTransaction(session -> session.createMutationQuery("update AccountRow a set a.sealed = :sealed,"
                        + " a.sealedVersion = :version, a.sealedUsername = :username"
                        + " where a.id = :id and a.removed = false"
                        + " and (a.sealedVersion is null or a.sealedVersion <= :version)")
                .setParameter("sealed", fetched.sealed())
                .setParameter("version", fetched.version())
                .setParameter("username", fetched.username())
                .setParameter("id", account.id)
                .executeUpdate());
        return fetched;
    }

    /** Read each time: whoever runs the installation may renew the token. */
    private String token() throws CredentialUnavailableException {
        if (tokenFile.isEmpty()) {
            throw new CredentialUnavailableException("mailroom.service-token-file is not set");
        }
        try {
            return Files.readString(tokenFile.get()).strip();
        } catch (IOException unreadable) {
            throw new CredentialUnavailableException("the service token cannot be read", unreadable);
        }
    }
}
