package dev.mailroom.account.account;

import dev.mailroom.account.account.FoundServers.Found;
import dev.mailroom.account.discovery.Candidate;
import dev.mailroom.account.discovery.Discovery;
import dev.mailroom.account.discovery.Findings;
import dev.mailroom.account.discovery.Lookup;
import dev.mailroom.account.discovery.MailAddress;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts in the servers that a request leaves out, so that an address and a password are enough for most people. */
@ApplicationScoped
class MissingServers {
    private static final ServerRequest ANY = new ServerRequest("mail.example.com", null, null);
    private static final String BY_HAND =
            "Enter imap and smtp by hand, each with host, port and encryption (tls or starttls); the provider's help"
                    + " names them under \"IMAP settings\", usually port 993 with tls for imap and 465 with tls or 587 with"
                    + " starttls for smtp.";

    private final Discovery discovery;

    MissingServers(Discovery discovery) {
        this.discovery = discovery;
    }

    /** @param found null if the request named both servers */
    record Completed(ConnectRequest request, @Nullable FoundServers found) {}

    /**
     * The request with both servers. Everything else in it is checked before anybody is asked.
     *
     * @throws ProblemException 400, 422 {@code servers-not-found}, {@code servers-need-confirmation} or {@code password-login-off},
     *     429, 503
     */
    Completed complete(Viewer viewer, ConnectRequest request) {
        if ((request.imap() != null && request.smtp() != null) || request.email() == null) {
            return new Completed(request, null);
        }
        Optional<MailAddress> address = MailAddress.parse(request.email());
        if (address.isEmpty()) {
            return new Completed(request, null);
        }
        FormCheck.connect(with(
                request,
                request.username(),
                request.imap() == null ? ANY : request.imap(),
                request.smtp() == null ? ANY : request.smtp()));
        return fill(request, discovery.find(viewer, address.get()));
    }

    private static Completed fill(ConnectRequest request, Findings findings) {
        Found imap = null;
        Found smtp = null;
        String username = request.username();
        for (Candidate candidate : findings.data()) {
            Server offeredImap = request.imap() == null && imap == null ? candidate.imap() : null;
            Server offeredSmtp = request.smtp() == null && smtp == null ? candidate.smtp() : null;
            boolean saysNo = !candidate.possible() && imap == null && smtp == null;
            if (offeredImap != null || offeredSmtp != null || saysNo) {
                requireUsable(candidate, findings);
            }
            if (offeredImap != null) {
                imap = Found.of(candidate, offeredImap);
                username = username == null ? candidate.username() : username;
            }
            if (offeredSmtp != null) {
                smtp = Found.of(candidate, offeredSmtp);
            }
        }
        ServerRequest imapRequest = imap == null ? request.imap() : imap.request();
        ServerRequest smtpRequest = smtp == null ? request.smtp() : smtp.request();
        if (imapRequest == null || smtpRequest == null) {
            throw notFound(imapRequest == null ? "IMAP" : "SMTP", findings);
        }
        String used = username == null ? String.valueOf(request.email()).strip() : username;
        return new Completed(with(request, username, imapRequest, smtpRequest), new FoundServers(imap, smtp, used));
    }

    private static void requireUsable(Candidate candidate, Findings findings) {
        if (!candidate.possible()) {
            throw Problems.unprocessable(
                            "password-login-off",
                            (candidate.provider() == null ? "This provider" : candidate.provider())
                                    + " cannot be connected with a password. " + candidate.note())
                    .with("candidates", findings.data());
        }
        if (candidate.needsConfirmation()) {
            throw Problems.unprocessable(
                            "servers-need-confirmation",
                            "The DNS of " + findings.domain() + " names servers of somebody else (" + hosts(candidate)
                                    + "). The password is not sent there unasked: if they are right, send the request again"
                                    + " with imap and smtp as in the first of candidates.")
                    .with("candidates", findings.data());
        }
    }

    private static ProblemException notFound(String leg, Findings findings) {
        String asked = findings.lookedFor().stream().map(Lookup::asked).collect(Collectors.joining("; "));
        String later = findings.partial() ? " Some of it did not answer: trying again later may find more." : "";
        return Problems.unprocessable(
                        "servers-not-found",
                        "No " + leg + " server was found for " + findings.domain() + ". Looked for: " + asked + "."
                                + later + " " + BY_HAND)
                .with("looked_for", findings.lookedFor())
                .with("candidates", findings.data());
    }

    private static String hosts(Candidate candidate) {
        return Stream.of(Optional.ofNullable(candidate.imap()), Optional.ofNullable(candidate.smtp()))
                .flatMap(Optional::stream)
                .map(Server::host)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static ConnectRequest with(
            ConnectRequest request,
            @Nullable String username,
            @Nullable ServerRequest imap,
            @Nullable ServerRequest smtp) {
        return new ConnectRequest(
                request.kind(),
                request.displayName(),
                request.email(),
                username,
                request.password(),
                imap,
                smtp,
                request.history(),
                request.sharing(),
                request.sidebar());
    }
}
