package dev.mailroom.sync.session;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.ShardOwner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Runs a session for each account of the shards that this replica owns. Safe for many threads. */
@Singleton
public class SessionSupervisor implements ShardOwner {
    private static final Logger LOG = Logger.getLogger(SessionSupervisor.class);

    private final SessionParts parts;
    private final Accounts accounts;
    private final Database database;
    private final Map<Integer, Fence> fences = new ConcurrentHashMap<>();
    private final Map<UUID, AccountSession> sessions = new ConcurrentHashMap<>();
    private volatile boolean closing;

    @Inject
    public SessionSupervisor(SessionParts parts, Accounts accounts, Database database, MeterRegistry metrics) {
        this.parts = parts;
        this.accounts = accounts;
        this.database = database;
        for (SyncStatus.State state : SyncStatus.State.values()) {
            Gauge.builder("mailroom_sync_sessions", this, supervisor -> supervisor.count(state))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
    }

    @Override
    public void acquired(Fence fence) {
        if (closing) {
            return;
        }
        // The fence first: an account that is stored while the others are read finds it.
        fences.put(fence.shard(), fence);
        accounts.ofShard(database, fence.shard()).forEach(account -> start(account, fence));
    }

    @Override
    public boolean serves(int shard) {
        // A replica that stops takes nothing again.
        return closing || fences.containsKey(shard);
    }

    @Override
    public void lost(Collection<Integer> shards, boolean atOnce) {
        fences.keySet().removeAll(shards);
        Set<Integer> gone = Set.copyOf(shards);
        List<AccountSession> stopping = sessions.values().stream()
                .filter(session -> gone.contains(session.fence().shard()))
                .toList();
        if (atOnce) {
            stopping.forEach(AccountSession::stopAtOnce);
        }
        stop(stopping);
    }

    /** The shards that are ours. */
    public List<Fence> fences() {
        return List.copyOf(fences.values());
    }

    /** True while a session of the account runs here. */
    public boolean serves(UUID account) {
        return sessions.containsKey(account);
    }

    /** An account was added, changed or removed. */
    public void accountChanged(UUID id) {
        Optional<Account> found = accounts.find(database, id);
        if (found.isEmpty()) {
            return;
        }
        Account account = found.get();
        Fence fence = fences.get(account.shard());
        AccountSession running = sessions.get(id);
        if (fence == null || !account.wanted()) {
            if (running != null) {
                stop(List.of(running));
            }
        } else if (running == null || running.isStopping()) {
            start(account, fence);
        } else {
            running.changed(account);
        }
    }

    /** There is a command for an account. */
    public void commandsWaiting(UUID account) {
        AccountSession session = sessions.get(account);
        if (session != null) {
            session.poke();
        }
    }

    /** Starts what should run and does not: a session that a fault ended, an account whose news was missed. */
    @Scheduled(every = "30s", delayed = "30s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void reconcile() {
        for (Fence fence : fences()) {
            for (Account account : accounts.ofShard(database, fence.shard())) {
                if (!sessions.containsKey(account.id()) && fence.equals(fences.get(fence.shard()))) {
                    LOG.infof("account=%s had no session: started", account.id());
                    start(account, fence);
                }
            }
        }
    }

    /** A session is over. If somebody else owns its shard, so are the others of it. */
    private void ended(AccountSession session, boolean fenced) {
        sessions.remove(session.account().id(), session);
        if (fenced) {
            fences.remove(session.fence().shard(), session.fence());
        }
    }

    private void start(Account account, Fence fence) {
        AccountSession session = new AccountSession(parts, account, fence, this::ended);
        AccountSession before = sessions.put(account.id(), session);
        session.start(before);
    }

    /** First they may finish what they are doing; those that take too long are cut off. */
    private void stop(List<AccountSession> stopping) {
        stopping.forEach(AccountSession::stop);
        try {
            Instant begin = parts.clock().instant();
            List<AccountSession> busy =
                    stillRunning(stopping, begin.plus(parts.config().stopGrace()));
            busy.forEach(AccountSession::stopAtOnce);
            List<AccountSession> late =
                    stillRunning(busy, begin.plus(parts.config().stopMax()));
            if (!late.isEmpty()) {
                LOG.warnf("sessions=%d did not stop in time; their writes are fenced", late.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<AccountSession> stillRunning(List<AccountSession> stopping, Instant until)
            throws InterruptedException {
        List<AccountSession> running = new ArrayList<>();
        for (AccountSession session : stopping) {
            Duration left = Duration.between(parts.clock().instant(), until);
            if (!session.join(left.isPositive() ? left : Duration.ofMillis(1))) {
                running.add(session);
            }
        }
        return running;
    }

    /** Before the consumer leaves the group: whoever takes the shards over finds them left in good order. */
    void onShutdown(@Observes ShutdownEvent event) {
        closing = true;
        fences.clear();
        stop(List.copyOf(sessions.values()));
    }

    private long count(SyncStatus.State state) {
        return sessions.values().stream()
                .filter(session -> session.said() == state)
                .count();
    }
}
