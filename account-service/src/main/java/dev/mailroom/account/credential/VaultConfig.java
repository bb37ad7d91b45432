package dev.mailroom.account.credential;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** {@code mailroom.vault.*}. */
@ConfigMapping(prefix = "mailroom.vault")
interface VaultConfig {
    /** The file with the keys that wrap the credentials; readable by its owner alone. No default. */
    Path keyFile();

    /** Envelopes wrapped again in one transaction after a rotation, 1..1000. Default 100. */
    @WithDefault("100")
    int rotateBatchMax();
}
