package dev.mailroom.account.credential;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.vault.OpenedSecret;
import dev.mailroom.vault.SealContext;
import dev.mailroom.vault.Vault;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Arrays;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** The sealed passwords. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
public class Credentials {
    private final Vault vault;
    private final Clock clock;

    Credentials(Vault vault, Clock clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** A password that is sealed for one account and not stored yet. */
    public record Sealed(UUID organization, UUID account, byte[] envelope) {
        @Override
        public String toString() {
            return "Sealed[" + account + "]";
        }
    }

    /** Seals a password; the secret is not wiped. */
    public Sealed seal(UUID organization, UUID account, Secret password) {
        byte[] plain = password.utf8();
        try {
            return new Sealed(organization, account, vault.seal(plain, SealContext.imapSmtp(organization, account)));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** Stores the first credential of an account. */
    public Uni<Void> insert(Mutiny.Session session, Sealed sealed, long version) {
        CredentialRow row = new CredentialRow();
        row.accountId = sealed.account();
        row.organizationId = sealed.organization();
        fill(row, sealed, version);
        return session.persist(row).chain(session::flush);
    }

    /** Puts another credential in the place of the stored one. */
    public Uni<Void> replace(Mutiny.Session session, Sealed sealed, long version) {
        return session.find(CredentialRow.class, sealed.account())
                .invoke(row -> fill(row, sealed, version))
                .chain(session::flush);
    }

    /** Keeps the credential and raises its version: whoever holds a copy fetches it again. */
    public Uni<Void> touch(Mutiny.Session session, UUID account, long version) {
        return session.find(CredentialRow.class, account)
                .invoke(row -> {
                    row.version = version;
                    row.updatedAt = clock.instant();
                })
                .chain(session::flush);
    }

    /**
     * Opens the stored password of an account.
     *
     * @return the caller wipes it
     */
    public Uni<Secret> open(Mutiny.Session session, UUID organization, UUID account) {
        return session.find(CredentialRow.class, account).map(row -> {
            try (OpenedSecret opened = vault.open(row.sealed, SealContext.imapSmtp(organization, account))) {
                byte[] plain = opened.bytes();
                try {
                    return Secret.ofUtf8(plain);
                } finally {
                    Arrays.fill(plain, (byte) 0);
                }
            }
        });
    }

    private void fill(CredentialRow row, Sealed sealed, long version) {
        row.version = version;
        row.sealed = sealed.envelope();
        row.keyId = Vault.keyId(sealed.envelope());
        row.updatedAt = clock.instant();
    }
}
