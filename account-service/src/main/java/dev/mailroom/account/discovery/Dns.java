package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.Lookup.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Asks name servers, over TCP where an answer does not fit into UDP. Every failure is an outcome, none an exception: the DNS of
 * somebody else's domain may say or not say what it likes. Safe for use by any number of threads; methods block.
 */
final class Dns {
    /** Records of one answer that are looked at. */
    static final int RECORDS_MAX = 50;

    /** Aliases (CNAME, DNAME) that are followed for one question. */
    private static final int ALIASES_MAX = 8;

    private static final int TRIES = 2;

    private final LookupSession session;
    private final Duration timeout;

    /**
     * @param servers name servers to ask, in this order; not empty
     * @param timeout for one answer, over all servers and tries
     */
    Dns(List<InetSocketAddress> servers, Duration timeout) {
        // All tries together would take a little longer than the time limit: so it is await that ends them, always in
        // the same way.
        Duration once = timeout.multipliedBy(6).dividedBy(5L * TRIES * servers.size());
        List<Resolver> each = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            SimpleResolver resolver = new SimpleResolver(server);
            resolver.setTimeout(once);
            each.add(resolver);
        }
        ExtendedResolver resolvers = new ExtendedResolver(each);
        resolvers.setRetries(TRIES);
        resolvers.setTimeout(timeout.multipliedBy(2));
        this.session = LookupSession.builder()
                .resolver(resolvers)
                .maxRedirects(ALIASES_MAX)
                .build();
        this.timeout = timeout;
    }

    /** @param values empty unless the outcome is FOUND */
    record Answer<T>(Outcome outcome, List<T> values) {
        static <T> Answer<T> without(Outcome outcome) {
            return new Answer<>(outcome, List.of());
        }
    }

    /** SRV records of several names, asked for at the same time; the answers are in the order of the names. */
    List<Answer<SRVRecord>> services(List<String> names) throws InterruptedException {
        long end = end();
        List<CompletableFuture<LookupResult>> asked =
                names.stream().map(name -> ask(name, Type.SRV)).toList();
        List<Answer<SRVRecord>> answers = new ArrayList<>();
        for (CompletableFuture<LookupResult> question : asked) {
            answers.add(await(question, SRVRecord.class, end));
        }
        return answers;
    }

    Answer<MXRecord> mailExchangers(String domain) throws InterruptedException {
        return await(ask(domain, Type.MX), MXRecord.class, end());
    }

    /**
     * The addresses of a host, IPv4 first.
     *
     * @throws UnknownHostException if there are none, or none were told in time
     */
    InetAddress[] addresses(String host) throws UnknownHostException {
        long end = end();
        CompletableFuture<LookupResult> four = ask(host, Type.A);
        CompletableFuture<LookupResult> six = ask(host, Type.AAAA);
        List<InetAddress> found = new ArrayList<>();
        try {
            await(four, ARecord.class, end).values().forEach(record -> found.add(record.getAddress()));
            await(six, AAAARecord.class, end).values().forEach(record -> found.add(record.getAddress()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw (UnknownHostException) new UnknownHostException("interrupted").initCause(stop);
        }
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return found.toArray(new InetAddress[0]);
    }

    private long end() {
        return System.nanoTime() + timeout.toNanos();
    }

    private CompletableFuture<LookupResult> ask(String name, int type) {
        try {
            return session.lookupAsync(Name.fromString(name, Name.root), type).toCompletableFuture();
        } catch (TextParseException notAName) {
            return CompletableFuture.failedFuture(notAName);
        }
    }

    private static <T extends Record> Answer<T> await(CompletableFuture<LookupResult> question, Class<T> type, long end)
            throws InterruptedException {
        try {
            List<T> records =
                    question.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS).getRecords().stream()
                            .filter(type::isInstance)
                            .map(type::cast)
                            .limit(RECORDS_MAX)
                            .toList();
            return records.isEmpty() ? Answer.without(Outcome.NOTHING) : new Answer<>(Outcome.FOUND, records);
        } catch (TimeoutException slow) {
            question.cancel(true);
            return Answer.without(Outcome.TIMEOUT);
        } catch (ExecutionException failed) {
            boolean nothing = failed.getCause() instanceof NoSuchDomainException
                    || failed.getCause() instanceof NoSuchRRSetException;
            return Answer.without(nothing ? Outcome.NOTHING : Outcome.FAILED);
        }
    }
}
