package dev.mailroom.account.notice;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The settings of a test; a component that is null is not set. */
record Settings(
        @Nullable String hostName,
        int serverPort,
        Encryption encryption,
        @Nullable Path authorities,
        @Nullable String user,
        @Nullable Path secret,
        Mechanism mechanism,
        Duration timeout,
        int ownerMailsPerDay,
        int mailsPerHour,
        int mailsAtOnce)
        implements NoticeConfig {

    static Settings off() {
        return new Settings(
                null, 0, Encryption.TLS, null, null, null, Mechanism.PLAIN, Duration.ofSeconds(5), 10, 600, 60);
    }

    static Settings at(String host, int port, Path authorities, String user, Path secret) {
        return new Settings(
                host,
                port,
                Encryption.TLS,
                authorities,
                user,
                secret,
                Mechanism.PLAIN,
                Duration.ofSeconds(5),
                10,
                600,
                60);
    }

    Settings host(String value) {
        return new Settings(
                value,
                serverPort,
                encryption,
                authorities,
                user,
                secret,
                mechanism,
                timeout,
                ownerMailsPerDay,
                mailsPerHour,
                mailsAtOnce);
    }

    Settings startTls() {
        return new Settings(
                hostName,
                serverPort,
                Encryption.STARTTLS,
                authorities,
                user,
                secret,
                mechanism,
                timeout,
                ownerMailsPerDay,
                mailsPerHour,
                mailsAtOnce);
    }

    Settings withMechanism(Mechanism value) {
        return new Settings(
                hostName,
                serverPort,
                encryption,
                authorities,
                user,
                secret,
                value,
                timeout,
                ownerMailsPerDay,
                mailsPerHour,
                mailsAtOnce);
    }

    Settings within(Duration value) {
        return new Settings(
                hostName,
                serverPort,
                encryption,
                authorities,
                user,
                secret,
                mechanism,
                value,
                ownerMailsPerDay,
                mailsPerHour,
                mailsAtOnce);
    }

    Settings limits(int perOwnerAndDay, int perHour, int atOnce) {
        return new Settings(
                hostName,
                serverPort,
                encryption,
                authorities,
                user,
                secret,
                mechanism,
                timeout,
                perOwnerAndDay,
                perHour,
                atOnce);
    }

    SmtpSettings smtp() {
        return SmtpSettings.of(this).orElseThrow();
    }

    @Override
    public Optional<String> host() {
        return Optional.ofNullable(hostName);
    }

    @Override
    public OptionalInt port() {
        return serverPort == 0 ? OptionalInt.empty() : OptionalInt.of(serverPort);
    }

    @Override
    public Optional<Path> ca() {
        return Optional.ofNullable(authorities);
    }

    @Override
    public Optional<String> username() {
        return Optional.ofNullable(user);
    }

    @Override
    public Optional<Path> passwordFile() {
        return Optional.ofNullable(secret);
    }

    @Override
    public Optional<String> from() {
        return Optional.of("mailroom@system.example");
    }

    @Override
    public String fromName() {
        return "Mailroom";
    }

    @Override
    public Optional<URI> linkBase() {
        return Optional.of(URI.create("https://mailroom.example/app"));
    }

    @Override
    public Duration gatherTime() {
        return Duration.ofMinutes(5);
    }

    @Override
    public Duration settleTime() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Duration repeatAfter() {
        return Duration.ofHours(24);
    }
}
