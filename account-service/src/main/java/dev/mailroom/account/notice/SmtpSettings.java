package dev.mailroom.account.notice;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where and how mails go out, checked.
 *
 * @param from ASCII address
 * @param login null where the server takes mail without one
 */
record SmtpSettings(
        String host,
        int port,
        NoticeConfig.Encryption encryption,
        @Nullable Path authorities,
        @Nullable Login login,
        String from,
        String fromName,
        Duration timeout) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
    private static final int PORT_MAX = 65_535;

    /** The password is read for each mail. */
    record Login(String username, Path passwordFile, NoticeConfig.Mechanism mechanism) {}

    /**
     * The settings; empty if no host is set.
     *
     * @throws IllegalStateException naming the setting that is missing or wrong
     */
    static Optional<SmtpSettings> of(NoticeConfig config) {
        if (config.host().isEmpty()) {
            return Optional.empty();
        }
        String host = config.host().get();
        int port = config.port().orElse(config.encryption().usualPort());
        require(HOST.matcher(host).matches(), "host is no host name");
        require(port >= 1 && port <= PORT_MAX, "port must be 1 to 65535");
        String from = config.from()
                .flatMap(MailAddress::sendable)
                .orElseThrow(() -> wrong("from must be an address with which mail can be sent"));
        require(NAME.matcher(config.fromName()).matches(), "from-name may have letters, digits, spaces and hyphens");
        config.linkBase().ifPresent(SmtpSettings::requireBase);
        config.ca().ifPresent(file -> require(Files.isReadable(file), "ca cannot be read"));
        require(
                config.mailsPerHour() > 0 && config.mailsAtOnce() > 0,
                "mails-per-hour and mails-at-once must be positive");
        return Optional.of(new SmtpSettings(
                host,
                port,
                config.encryption(),
                config.ca().orElse(null),
                config.username().map(name -> login(name, config)).orElse(null),
                from,
                config.fromName(),
                config.timeout()));
    }

    private static Login login(String username, NoticeConfig config) {
        Path file = config.passwordFile().orElseThrow(() -> wrong("password-file is needed with a user name"));
        require(Files.isReadable(file), "password-file cannot be read");
        return new Login(username, file, config.mechanism());
    }

    private static void requireBase(URI base) {
        require(
                ("https".equals(base.getScheme()) || "http".equals(base.getScheme()))
                        && base.getHost() != null
                        && base.getRawUserInfo() == null
                        && base.getRawQuery() == null
                        && base.getRawFragment() == null,
                "link-base must be an http or https address without query");
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw wrong(what);
        }
    }

    private static IllegalStateException wrong(String what) {
        return new IllegalStateException("mailroom.notice: " + what);
    }
}
