/**
 * Seals mailbox credentials, so that a database, a backup or a network dump alone never gives a password away.
 *
 * <p>A {@link dev.mailroom.vault.Vault} makes a fresh data key (AES-256-GCM) for every seal, seals the secret with it and wraps the data
 * key with the primary key of a key file. Both steps bind the {@link dev.mailroom.vault.SealContext}: an envelope copied to another
 * organization, account or purpose does not open.
 *
 * <p>{@link dev.mailroom.vault.VaultKeyFile} makes, reads and rotates the key file. Rotation adds a primary key and keeps the older ones;
 * {@link dev.mailroom.vault.Vault#rewrap} then moves an envelope to the new primary without touching the sealed secret.
 */
@NullMarked
package dev.mailroom.vault;

import org.jspecify.annotations.NullMarked;
