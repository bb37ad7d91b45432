package dev.mailroom.account.notice;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code mailroom.notice.*}: the mails of the system itself. Without a host there are none. */
@ConfigMapping(prefix = "mailroom.notice")
interface NoticeConfig {
    /** The submission server of the operator. Default none: no mail is sent. */
    Optional<String> host();

    /** Default 465 for {@code tls}, 587 for {@code starttls}. */
    OptionalInt port();

    /** {@code tls} from the first byte, or {@code starttls}, without which nothing is sent. Default {@code tls}. */
    @WithDefault("tls")
    Encryption encryption();

    /** PEM file of the authorities that vouch for this server, in place of the system's. Default the system's. */
    Optional<Path> ca();

    /** Default none: the server takes mail without a log-in. */
    Optional<String> username();

    /** File with the password, read for each mail so that it can be replaced. Needed with a user name. */
    Optional<Path> passwordFile();

    /** The one way to log in, {@code plain} or {@code login}. Default {@code plain}. */
    @WithDefault("plain")
    Mechanism mechanism();

    /** Address that the mails come from; bounces go there. Needed with a host. */
    Optional<String> from();

    /** Name beside that address: letters, digits, spaces, hyphens. Default {@code Mailroom}. */
    @WithDefault("Mailroom")
    String fromName();

    /** Base address of the user interface; the link of an account is {@code <base>/accounts/<id>}. Default none: mails have no link. */
    Optional<URI> linkBase();

    /** Longest time for one mail, from the look-up to the last answer. Default 1 min. */
    @WithDefault("1m")
    Duration timeout();

    /** How long the troubles of one owner are gathered into one mail. Default 5 min. */
    @WithDefault("5m")
    Duration gatherTime();

    /** How long an account must work before its owner hears that it does. Default 10 min. */
    @WithDefault("10m")
    Duration settleTime();

    /** Time between two mails about one trouble that has got worse. Default 24 h. */
    @WithDefault("24h")
    Duration repeatAfter();

    /** Notice mails to one owner within 24 hours; more wait. Default 10. */
    @WithDefault("10")
    int ownerMailsPerDay();

    /** Mails that may go out within an hour in the long run, over all replicas. Default 600. */
    @WithDefault("600")
    int mailsPerHour();

    /** Mails that may go out at once. Default 60. */
    @WithDefault("60")
    int mailsAtOnce();

    /** How the connection is encrypted. */
    enum Encryption {
        TLS(465),
        STARTTLS(587);

        private final int usualPort;

        Encryption(int usualPort) {
            this.usualPort = usualPort;
        }

        int usualPort() {
            return usualPort;
        }
    }

    /** SASL mechanisms that send the password as it is, over TLS. */
    enum Mechanism {
        PLAIN,
        LOGIN;

        String wireName() {
            return name().toUpperCase(Locale.ROOT);
        }
    }
}
