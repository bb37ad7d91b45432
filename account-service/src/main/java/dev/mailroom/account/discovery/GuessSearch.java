package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.account.verification.Leg;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Names that mail servers usually have, where they exist and may be reached. Nothing is connected to. */
final class GuessSearch implements Search {
    private static final String NOTE = "A guess: only the names exist. Check them in what the provider documents.";

    private final GuardedConnector connector;
    private final ExecutorService threads;

    /** @param connector of the mail ports, because these hosts are the ones that will be logged in to */
    GuessSearch(GuardedConnector connector, ExecutorService threads) {
        this.connector = connector;
        this.threads = threads;
    }

    @Override
    public Source source() {
        return Source.GUESS;
    }

    @Override
    public String asked(MailAddress address) {
        return "the names imap, mail and smtp." + address.domain();
    }

    @Override
    public Discovered search(MailAddress address) throws InterruptedException {
        String domain = address.domain();
        List<Server> imap = servers(List.of("imap." + domain, "mail." + domain), Leg.IMAP.tlsPort(), Encryption.TLS);
        List<Server> smtp =
                servers(List.of("smtp." + domain, "mail." + domain), Leg.SMTP.starttlsPort(), Encryption.STARTTLS);
        List<Future<Outcome>> asking = new ArrayList<>();
        for (Server server : List.of(imap.get(0), imap.get(1), smtp.get(0), smtp.get(1))) {
            asking.add(threads.submit(() -> resolve(server)));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<Outcome> future : asking) {
            outcomes.add(outcome(future));
        }
        Server imapFound = firstFound(imap, outcomes.subList(0, 2));
        Server smtpFound = firstFound(smtp, outcomes.subList(2, 4));
        if (imapFound == null && smtpFound == null) {
            boolean timeout = outcomes.contains(Outcome.TIMEOUT);
            return Discovered.without(timeout ? Outcome.TIMEOUT : Outcome.NOTHING);
        }
        return Discovered.found(candidate(address, imapFound, smtpFound));
    }

    private static Candidate candidate(MailAddress address, @Nullable Server imap, @Nullable Server smtp) {
        return new Candidate(
                Source.GUESS,
                null,
                true,
                false,
                imap,
                smtp,
                UsernameTemplate.EMAIL,
                address.text(),
                AppPassword.UNKNOWN,
                NOTE,
                null);
    }

    private static List<Server> servers(List<String> hosts, int port, Encryption encryption) {
        return hosts.stream().map(host -> new Server(host, port, encryption)).toList();
    }

    private Outcome resolve(Server server) throws InterruptedException {
        if (!SrvSearch.HOST.matcher(server.host()).matches()) {
            return Outcome.NOTHING;
        }
        var encryption = dev.mailroom.mailclient.net.Encryption.valueOf(
                server.encryption().name());
        try {
            connector.requirePermitted(new Endpoint(server.host(), server.port(), encryption));
            return Outcome.FOUND;
        } catch (MailException refused) {
            return refused.category() == Category.DNS_TIMEOUT ? Outcome.TIMEOUT : Outcome.NOTHING;
        }
    }

    private static Outcome outcome(Future<Outcome> future) throws InterruptedException {
        try {
            return future.get();
        } catch (InterruptedException stop) {
            future.cancel(true);
            throw stop;
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a look-up failed", failed.getCause());
        }
    }

    private static @Nullable Server firstFound(List<Server> servers, List<Outcome> outcomes) {
        for (int i = 0; i < servers.size(); i++) {
            if (outcomes.get(i) == Outcome.FOUND) {
                return servers.get(i);
            }
        }
        return null;
    }
}
