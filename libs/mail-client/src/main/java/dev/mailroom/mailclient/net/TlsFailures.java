package dev.mailroom.mailclient.net;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns a failed handshake into a stage and a category. */
final class TlsFailures {
    private static final int CAUSES_MAX = 16;

    private TlsFailures() {}

    static MailException of(IOException failure, boolean deadlineMissed) {
        // A certificate that was looked at and refused is refused, however late it came.
        Category certificate = certificateCategory(failure);
        if (certificate != null) {
            return MailException.of(Stage.CERTIFICATE, certificate, failure);
        }
        if (deadlineMissed || failure instanceof SocketTimeoutException) {
            return MailException.of(Stage.TLS, Category.DEADLINE_EXCEEDED, failure);
        }
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof SSLException && text.contains("unrecognized ssl message")) {
            return MailException.of(Stage.TLS, Category.NOT_TLS, failure);
        }
        if (failure instanceof SSLException && isAboutVersion(text)) {
            return MailException.of(Stage.TLS, Category.TLS_TOO_OLD, failure);
        }
        if (failure instanceof SSLException) {
            return MailException.of(Stage.TLS, Category.TLS_HANDSHAKE, failure);
        }
        return MailException.of(Stage.TLS, Category.CONNECTION_LOST, failure);
    }

    private static @Nullable Category certificateCategory(Throwable failure) {
        Category found = null;
        boolean selfSigned = false;
        Throwable cause = failure;
        for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return Category.CERTIFICATE_EXPIRED;
            }
            if (cause instanceof CertPathValidatorException path
                    && (path.getReason() == CertPathValidatorException.BasicReason.EXPIRED
                            || path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID)) {
                return Category.CERTIFICATE_EXPIRED;
            }
            if (cause instanceof CertificateException) {
                found = isNameMismatch(cause) ? Category.CERTIFICATE_WRONG_HOST : Category.CERTIFICATE_UNTRUSTED;
            }
            selfSigned |= cause instanceof SelfSignedCertificateException;
            cause = cause.getCause();
        }
        return selfSigned && found == Category.CERTIFICATE_UNTRUSTED ? Category.CERTIFICATE_SELF_SIGNED : found;
    }

    // The alert by which a server refuses every version that we offer, and our own refusal of the one that it chose.
    private static boolean isAboutVersion(String text) {
        return text.contains("protocol_version") || text.contains("protocol version");
    }

    // The JDK has no type of its own for "valid, but for another name", only these texts.
    private static boolean isNameMismatch(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return text.startsWith("No subject alternative")
                || text.startsWith("No name matching")
                || text.startsWith("Illegal given domain name");
    }
}
