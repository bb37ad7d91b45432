package dev.mailroom.mailclient.net;

import java.security.cert.CertificateException;

/** The certificate is not trusted, and nobody but itself vouches for it. */
final class SelfSignedCertificateException extends CertificateException {
    private static final long serialVersionUID = 1L;

    SelfSignedCertificateException(CertificateException reason) {
        super("the certificate vouches for itself", reason);
    }
}
