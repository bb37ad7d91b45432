package dev.mailroom.send.account;

import dev.mailroom.vault.Vault;
import dev.mailroom.vault.VaultKeyFile;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Reads the key file when the service starts: without its keys it does not start. */
final class VaultSource {
    @Produces
    @Singleton
    @Startup
    Vault vault(VaultConfig config) {
        return VaultKeyFile.load(config.keyFile());
    }
}
