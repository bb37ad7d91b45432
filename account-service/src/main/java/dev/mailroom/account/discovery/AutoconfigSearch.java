package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.AutoconfigDocument.Entry;
import dev.mailroom.account.discovery.AutoconfigException.Reason;
import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.net.OutboundPolicy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The file that a domain publishes for mail programs, at {@code autoconfig.<domain>} or below {@code .well-known} of the domain itself.
 *
 * <p>Only hosts of the domain are asked, over HTTPS, because the question holds the address. The certificate vouches for what the file
 * says: its servers need no confirmation, wherever they are.
 */
final class AutoconfigSearch implements Search {
    private static final String FILE = "/mail/config-v1.1.xml";
    private static final String OAUTH_NOTE =
            "The provider's own file names no way to log in with a password, only OAuth sign-ins.";

    private final AutoconfigClient client;
    private final OutboundPolicy mailPolicy;
    private final ExecutorService threads;

    AutoconfigSearch(AutoconfigClient client, OutboundPolicy mailPolicy, ExecutorService threads) {
        this.client = client;
        this.mailPolicy = mailPolicy;
        this.threads = threads;
    }

    @Override
    public Source source() {
        return Source.AUTOCONFIG;
    }

    @Override
    public String asked(MailAddress address) {
        String domain = address.domain();
        return "https://autoconfig." + domain + FILE + " and https://" + domain + "/.well-known/autoconfig" + FILE;
    }

    @Override
    public Discovered search(MailAddress address) throws InterruptedException {
        String domain = address.domain();
        String query = "?emailaddress=" + URLEncoder.encode(address.text(), StandardCharsets.UTF_8);
        Future<Try> ofHost = threads.submit(() -> fetch(address, "autoconfig." + domain, FILE + query));
        Future<Try> ofDomain = threads.submit(() -> fetch(address, domain, "/.well-known/autoconfig" + FILE + query));
        List<Try> tries = new ArrayList<>();
        try {
            tries.add(outcome(ofHost));
            tries.add(outcome(ofDomain));
        } catch (InterruptedException stop) {
            ofHost.cancel(true);
            ofDomain.cancel(true);
            throw stop;
        }
        for (Try done : tries) {
            if (done.candidate() != null) {
                return Discovered.found(done.candidate());
            }
        }
        for (Outcome gap : List.of(Outcome.FAILED, Outcome.TIMEOUT)) {
            if (tries.stream().anyMatch(done -> done.outcome() == gap)) {
                return Discovered.without(gap);
            }
        }
        return Discovered.without(Outcome.NOTHING);
    }

    private record Try(Outcome outcome, @Nullable Candidate candidate) {}

    private Try fetch(MailAddress address, String host, String target) throws InterruptedException {
        if (!SrvSearch.HOST.matcher(host).matches()) {
            return new Try(Outcome.NOTHING, null);
        }
        try {
            AutoconfigDocument document = AutoconfigDocument.read(client.fetch(address.domain(), host, target));
            Candidate candidate = candidate(address, document);
            return candidate == null ? new Try(Outcome.FAILED, null) : new Try(Outcome.FOUND, candidate);
        } catch (AutoconfigException failure) {
            return new Try(outcomeOf(failure.reason()), null);
        }
    }

    private static Outcome outcomeOf(Reason reason) {
        return switch (reason) {
            case ABSENT -> Outcome.NOTHING;
            case SLOW -> Outcome.TIMEOUT;
            case UNUSABLE -> Outcome.FAILED;
        };
    }

    private @Nullable Candidate candidate(MailAddress address, AutoconfigDocument document) {
        Entry incoming = best(address, document.incoming());
        Entry outgoing = best(address, document.outgoing());
        if (incoming == null && outgoing == null) {
            return null;
        }
        boolean possible =
                (incoming == null || incoming.takesPassword()) && (outgoing == null || outgoing.takesPassword());
        String named = incoming != null && incoming.username() != null
                ? incoming.username()
                : outgoing != null && outgoing.username() != null ? outgoing.username() : UsernameTemplate.EMAIL;
        return new Candidate(
                Source.AUTOCONFIG,
                document.displayName(),
                possible,
                false,
                incoming == null ? null : incoming.server(address),
                outgoing == null ? null : outgoing.server(address),
                named,
                UsernameTemplate.fill(named, address),
                AppPassword.UNKNOWN,
                possible ? null : OAUTH_NOTE,
                null);
    }

    /** The first that takes a password, else the first; of those that name a host and a port that a log-in could use. */
    private @Nullable Entry best(MailAddress address, List<Entry> entries) {
        List<Entry> usable = entries.stream()
                .filter(entry -> {
                    Server server = entry.server(address);
                    return SrvSearch.HOST.matcher(server.host()).matches() && mailPolicy.permitsPort(server.port());
                })
                .toList();
        return usable.stream()
                .filter(Entry::takesPassword)
                .findFirst()
                .orElse(usable.isEmpty() ? null : usable.getFirst());
    }

    private static Try outcome(Future<Try> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a file of a domain could not be looked at", failed.getCause());
        }
    }
}
