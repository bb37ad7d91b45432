package dev.mailroom.account.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Problems;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Finds the servers of an address. Blocks the calling virtual thread for at most {@link DiscoveryConfig#timeout()}.
 *
 * <p>Made at the start of the service: a setting that cannot be read stops it with one line.
 */
@Startup
@ApplicationScoped
public class Discovery {
    private static final Logger LOG = Logger.getLogger(Discovery.class);
    private static final String OWN_LIST = "Mailroom's own list of providers";

    private final Providers providers;
    private final NetworkSearches network;
    private final DiscoveryConfig config;
    private final MeterRegistry metrics;
    private final LookupQuota quota;
    private final Semaphore places;
    private final Cache<Key, Findings> cache;

    Discovery(
            Providers providers, NetworkSearches network, DiscoveryConfig config, MeterRegistry metrics, Clock clock) {
        this.providers = providers;
        this.network = network;
        this.config = config;
        this.metrics = metrics;
        this.quota = new LookupQuota(config.lookupsPerUserAndHour(), clock);
        this.places = new Semaphore(config.concurrentMax());
        this.cache = Caffeine.newBuilder()
                .maximumSize(config.cacheMaxEntries())
                .expireAfter(Expiry.<Key, Findings>creating(
                        (_, findings) -> isComplete(findings) ? config.cacheTtl() : config.cacheTtlOfGaps()))
                .build();
    }

    /** The organization is part of it, so that the time of an answer tells nobody what another organization looked for. */
    private record Key(UUID organization, String address) {}

    /**
     * Everything that is known about the servers of an address, the most trusted first.
     *
     * @throws dev.mailroom.http.ProblemException 429 if the user has had too many looked for, 503 if too many are being looked for now
     */
    public Findings find(Viewer viewer, MailAddress address) {
        Optional<Provider> known = providers.ofDomain(address.domain());
        if (known.isPresent() || !config.network()) {
            Outcome outcome = known.isPresent() ? Outcome.FOUND : Outcome.NOTHING;
            return Findings.of(
                    address.domain(),
                    known.map(provider -> provider.candidate(Source.DATABASE, address)).stream()
                            .toList(),
                    List.of(new Lookup(Source.DATABASE, outcome, OWN_LIST)));
        }
        Key key = new Key(viewer.organization(), address.text());
        Findings before = cache.getIfPresent(key);
        if (before != null) {
            return before;
        }
        quota.count(viewer);
        Findings findings = inItsPlace(address);
        cache.put(key, findings);
        return findings;
    }

    private Findings inItsPlace(MailAddress address) {
        if (!places.tryAcquire()) {
            throw Problems.unavailable("Too many addresses are being looked up right now; try again in a moment");
        }
        Timer.Sample sample = Timer.start(metrics);
        try {
            Findings findings = search(address);
            Source best = findings.data().isEmpty()
                    ? null
                    : findings.data().getFirst().source();
            long nanos = sample.stop(Timer.builder("mailroom.discovery")
                    .description("Time of looking for the servers of an address in the network")
                    .tag("found", best == null ? "nothing" : best.name().toLowerCase(Locale.ROOT))
                    .register(metrics));
            LOG.infof(
                    "servers looked for found=%s candidates=%d partial=%s ms=%d",
                    best, findings.data().size(), findings.partial(), TimeUnit.NANOSECONDS.toMillis(nanos));
            return findings;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw Problems.unavailable("The service is stopping");
        } finally {
            places.release();
        }
    }

    private Findings search(MailAddress address) throws InterruptedException {
        List<Search> searches = network.all();
        List<Callable<Discovered>> tasks = new ArrayList<>();
        for (Search search : searches) {
            tasks.add(() -> search.search(address));
        }
        List<Future<Discovered>> futures =
                network.threads().invokeAll(tasks, config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        List<Lookup> lookups = new ArrayList<>();
        lookups.add(new Lookup(Source.DATABASE, Outcome.NOTHING, OWN_LIST));
        List<Candidate> found = new ArrayList<>();
        for (int i = 0; i < searches.size(); i++) {
            Search search = searches.get(i);
            Discovered discovered = outcome(search, futures.get(i));
            lookups.add(new Lookup(search.source(), discovered.outcome(), search.asked(address)));
            found.addAll(discovered.candidates());
        }
        return Findings.of(address.domain(), Selection.of(providers, address, found, lookups), lookups);
    }

    private static Discovered outcome(Search search, Future<Discovered> future) throws InterruptedException {
        try {
            return future.get();
        } catch (CancellationException late) {
            LOG.debugf("search cut off source=%s", search.source());
            return Discovered.without(Outcome.TIMEOUT);
        } catch (ExecutionException failed) {
            // One place that we cannot deal with must not hide what the others know.
            LOG.errorf(failed.getCause(), "search failed source=%s", search.source());
            return Discovered.without(Outcome.FAILED);
        }
    }

    private static boolean isComplete(Findings findings) {
        return !findings.data().isEmpty() && !findings.partial();
    }
}
