package dev.mailroom.send.account;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** {@code mailroom.vault.*}. */
@ConfigMapping(prefix = "mailroom.vault")
interface VaultConfig {
    /** The file with the keys that open the credentials; readable by its owner alone. No default. */
    Path keyFile();
}
