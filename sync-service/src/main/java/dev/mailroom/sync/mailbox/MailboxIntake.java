package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.message.Arrival;
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.ContentKey;
import dev.mailroom.sync.message.IdentifiedArrival;
import dev.mailroom.sync.message.MessageParser;
import dev.mailroom.sync.message.ParsedMessage;
import dev.mailroom.sync.message.Quarantine;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.sync.ownership.FencedWrites;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Has messages of the selected mailbox fetched, reads them and records them, a bounded batch at a time. */
@Singleton
public class MailboxIntake {
    /** Messages above it are taken in by their header; their body stays with the provider. */
    static final long BODY_MAX_BYTES = 24L * 1024 * 1024;

    /** What a message counts whose size is not known, or of which only the header is fetched. */
    private static final long UNKNOWN_BYTES = 64 * 1024;

    private static final Logger LOG = Logger.getLogger(MailboxIntake.class);

    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final Arrivals arrivals;
    private final Quarantine quarantine;
    private final MessageFetch messages;
    private final FetchFailures failures;
    private final MessageParser parser;
    private final BytesInFlight bytes;
    private final Clock clock;
    private final Timer lag;

    @Inject
    MailboxIntake(
            FencedWrites writes,
            Mailboxes mailboxes,
            Arrivals arrivals,
            Quarantine quarantine,
            MessageFetch messages,
            FetchFailures failures,
            MessageParser parser,
            BytesInFlight bytes,
            Clock clock,
            MeterRegistry metrics) {
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.arrivals = arrivals;
        this.quarantine = quarantine;
        this.messages = messages;
        this.failures = failures;
        this.parser = parser;
        this.bytes = bytes;
        this.clock = clock;
        this.lag = metrics.timer("mailroom_sync_lag");
    }

    /** What to do with a batch of which the account knows a message. */
    enum IfKnown {
        TAKE,
        /** Take none of it as long as a message is believed to lie in another mailbox, which it may have left. */
        TAKE_IF_FOUND_NOWHERE_ELSE,
        /** Take none of it. */
        REFUSE
    }

    /** A batch as the server gave it, on its way to {@link #record}. */
    public static final class Fetched {
        private final FetchFailures.Place place;
        private final List<MessageSummary> batch;
        private final List<RawMail> items;

        private Fetched(FetchFailures.Place place, List<MessageSummary> batch, List<RawMail> items) {
            this.place = place;
            this.batch = batch;
            this.items = items;
        }
    }

    /** Takes in live messages and moves the checkpoint with each batch. */
    void takeLive(Link link, MailboxLook.Found found, MailEvent.Source source) throws MailException {
        takeLive(link, found, IfKnown.TAKE, source);
    }

    /**
     * The same.
     *
     * @throws KnownMessageException if the account knows one of them, and that matters; what comes before it may have been taken
     */
    void takeLive(Link link, MailboxLook.Found found, IfKnown known, MailEvent.Source source) throws MailException {
        MailboxRow row = found.row();
        SelectedMailbox selected = found.selected();
        List<List<MessageSummary>> batches =
                LiveBatches.of(found.arrived(), failures.of(new FetchFailures.Place(row.id(), selected.uidValidity())));
        for (int i = 0; i < batches.size(); i++) {
            List<MessageSummary> batch = batches.get(i);
            boolean last = i == batches.size() - 1;
            boolean alone = batches.size() == 1;
            List<List<MessageSummary>> later = batches.subList(i + 1, batches.size());
            long next = Math.min(batch.getLast().uid() + 1, LiveBatches.firstOf(later));
            take(link, row.id(), selected.uidValidity(), batch, true, known, source, tx -> {
                if (!last) {
                    mailboxes.unfinished(tx, row, selected.uidValidity(), next);
                } else if (alone) {
                    mailboxes.checkpoint(tx, row, selected, clock.instant());
                } else {
                    mailboxes.finished(tx, row, selected, clock.instant());
                }
            });
            batch.forEach(this::measure);
        }
    }

    /**
     * Takes in live messages that were fetched, and moves the checkpoint. The caller bounds what is held at a time.
     *
     * @param contents of every message of it, by UID
     * @return how many there were
     * @throws KnownMessageException if the account knows one of them, and that matters
     */
    int takeFetched(Link link, MailboxLook.Found found, Map<Long, byte[]> contents, IfKnown known) {
        if (found.arrived().isEmpty()) {
            return 0;
        }
        UUID mailbox = found.row().id();
        List<RawMail> items = new ArrayList<>();
        for (MessageSummary summary : found.arrived()) {
            items.add(RawMail.fetched(summary, Objects.requireNonNull(contents.get(summary.uid())), false));
        }
        FetchFailures.Place place =
                new FetchFailures.Place(mailbox, found.selected().uidValidity());
        record(
                link,
                read(link, new Fetched(place, found.arrived(), items), true),
                true,
                known,
                MailEvent.Source.LIVE,
                tx -> mailboxes.checkpoint(tx, found.row(), found.selected(), clock.instant()));
        found.arrived().forEach(this::measure);
        return found.arrived().size();
    }

    /** Takes in a message that we appended, under the UID that the server gave it; nothing is fetched. */
    void takeAppended(Link link, MailboxRow row, MessageSummary summary, byte[] content) {
        FetchFailures.Place place = new FetchFailures.Place(row.id(), row.uidValidity());
        record(
                link,
                read(
                        link,
                        new Fetched(place, List.of(summary), List.of(RawMail.fetched(summary, content, false))),
                        true),
                true,
                MailEvent.Source.LIVE,
                tx -> mailboxes.appended(tx, row, summary.uid()));
    }

    /** From the server's own time of arrival, which counts whole seconds, to the commit. */
    private void measure(MessageSummary summary) {
        Instant arrived = summary.internalDate();
        if (arrived != null) {
            Duration since = Duration.between(arrived, clock.instant());
            lag.record(since.isNegative() ? Duration.ZERO : since);
        }
    }

    /**
     * Takes in one batch of the selected mailbox.
     *
     * @param live false for history
     * @param alsoWrite runs in the transaction of the batch: a checkpoint, a counter
     */
    public void take(
            Link link,
            UUID mailbox,
            long uidValidity,
            List<MessageSummary> batch,
            boolean live,
            MailEvent.Source source,
            Consumer<Transaction> alsoWrite)
            throws MailException {
        take(link, mailbox, uidValidity, batch, live, IfKnown.TAKE, source, alsoWrite);
    }

    private void take(
            Link link,
            UUID mailbox,
            long uidValidity,
            List<MessageSummary> batch,
            boolean live,
            IfKnown known,
            MailEvent.Source source,
            Consumer<Transaction> alsoWrite)
            throws MailException {
        try (BytesInFlight.Taken _ = bytes.take(live, bytesOf(batch))) {
            record(link, read(link, fetch(link, mailbox, uidValidity, batch), live), live, known, source, alsoWrite);
        }
    }

    /** Fetches a batch of the selected mailbox and does nothing else with it. The caller bounds what is held at a time. */
    public Fetched fetch(Link link, UUID mailbox, long uidValidity, List<MessageSummary> batch) throws MailException {
        FetchFailures.Place place = new FetchFailures.Place(mailbox, uidValidity);
        return new Fetched(place, batch, messages.fetch(link, place, batch));
    }

    /**
     * Reads what was fetched; needs no connection.
     *
     * @param live false for history
     */
    public Fetched read(Link link, Fetched fetched, boolean live) {
        UUID organization = link.organization();
        return new Fetched(
                fetched.place,
                fetched.batch,
                fetched.items.stream()
                        .map(item -> item.read(
                                parser,
                                (summary, message, known) ->
                                        IdentifiedArrival.in(organization, arrival(summary, message, known, live))))
                        .toList());
    }

    /**
     * Stores a batch that was read, in one transaction; needs no connection.
     *
     * @param live false for history
     * @param alsoWrite as in {@link #take}; an {@link OutdatedException} of it stops the batch
     */
    public void record(
            Link link, Fetched read, boolean live, MailEvent.Source source, Consumer<Transaction> alsoWrite) {
        record(link, read, live, IfKnown.TAKE, source, alsoWrite);
    }

    private void record(
            Link link,
            Fetched read,
            boolean live,
            IfKnown known,
            MailEvent.Source source,
            Consumer<Transaction> alsoWrite) {
        UUID mailbox = read.place.mailbox();
        long uidValidity = read.place.uidValidity();
        try {
            store(link, mailbox, uidValidity, read.items, live, known, source, alsoWrite);
        } catch (FencedException | OutdatedException | KnownMessageException nothingToStoreFor) {
            throw nothingToStoreFor;
        } catch (RuntimeException failure) {
            if (TransientFailures.isTransient(failure) || isStopped()) {
                throw failure;
            }
            LOG.warnf(
                    "account=%s mailbox=%s batch of %d not stored (%s): one by one",
                    link.accountId(), mailbox, read.items.size(), TransientFailures.nameOf(failure));
            storeOneByOne(link, mailbox, uidValidity, read.items, live, source, alsoWrite);
        }
        Set<Long> givenUp = read.items.stream()
                .filter(RawMail::isGivenUp)
                .map(item -> item.summary().uid())
                .collect(Collectors.toSet());
        failures.settled(
                read.place,
                read.batch.stream()
                        .map(MessageSummary::uid)
                        .filter(uid -> !givenUp.contains(uid))
                        .toList());
    }

    /** Bytes that a batch needs while it is held. */
    public static long bytesOf(List<MessageSummary> batch) {
        return batch.stream().mapToLong(MailboxIntake::bytesOf).sum();
    }

    /** Of a message that is too large only the header is fetched; of one whose size is not known nobody can say. */
    public static long bytesOf(MessageSummary message) {
        return message.size() >= 0 && message.size() <= BODY_MAX_BYTES ? message.size() : UNKNOWN_BYTES;
    }

    private void store(
            Link link,
            UUID mailbox,
            long uidValidity,
            List<RawMail> items,
            boolean live,
            IfKnown known,
            MailEvent.Source source,
            Consumer<Transaction> alsoWrite) {
        List<IdentifiedArrival> readable = new ArrayList<>();
        List<RawMail> broken = new ArrayList<>();
        for (RawMail item : items) {
            IdentifiedArrival arrival = item.arrival();
            if (arrival == null) {
                broken.add(item);
            } else {
                readable.add(arrival);
            }
        }
        writes.write(link.fence(), link.organization(), live, tx -> {
            if (!items.isEmpty()) {
                Arrivals.Batch batch =
                        arrivals.begin(tx, link.accountId(), link.organization(), mailbox, uidValidity, readable);
                refuse(known, batch);
                broken.forEach(item -> quarantine.keep(
                        tx, batch.place(), item.summary().uid(), item.problem(), item.detail(), item.raw()));
                batch.record(source);
            }
            mailboxes.requireStill(tx, mailbox, uidValidity);
            alsoWrite.accept(tx);
            return null;
        });
    }

    private static void refuse(IfKnown known, Arrivals.Batch batch) {
        if (known == IfKnown.REFUSE && batch.knowsSome()) {
            throw new KnownMessageException(Set.of());
        }
        if (known == IfKnown.TAKE_IF_FOUND_NOWHERE_ELSE) {
            Set<UUID> mailboxes = batch.mayHaveLeft();
            if (!mailboxes.isEmpty()) {
                throw new KnownMessageException(mailboxes);
            }
        }
    }

    /** A session that is to end at once is interrupted: what it did not store then is not to blame. */
    private static boolean isStopped() {
        return Thread.currentThread().isInterrupted();
    }

    private void storeOneByOne(
            Link link,
            UUID mailbox,
            long uidValidity,
            List<RawMail> items,
            boolean live,
            MailEvent.Source source,
            Consumer<Transaction> alsoWrite) {
        for (RawMail item : items) {
            try {
                store(link, mailbox, uidValidity, List.of(item), live, IfKnown.TAKE, source, tx -> {});
            } catch (FencedException | OutdatedException nothingToStoreFor) {
                throw nothingToStoreFor;
            } catch (RuntimeException failure) {
                if (TransientFailures.isTransient(failure) || isStopped()) {
                    throw failure;
                }
                LOG.errorf(
                        "account=%s mailbox=%s uid=%d to quarantine: %s",
                        link.accountId(), mailbox, item.summary().uid(), TransientFailures.nameOf(failure));
                RawMail poison = RawMail.broken(item.summary(), item.raw(), "not_stored");
                store(link, mailbox, uidValidity, List.of(poison), live, IfKnown.TAKE, source, tx -> {});
            }
        }
        store(link, mailbox, uidValidity, List.of(), live, IfKnown.TAKE, source, alsoWrite);
    }

    private Arrival arrival(MessageSummary summary, ParsedMessage message, @Nullable ContentKey known, boolean live) {
        Instant date = summary.internalDate() == null ? message.sentAt() : summary.internalDate();
        date = date == null ? clock.instant() : date;
        return new Arrival(
                summary.uid(),
                summary.flags(),
                date,
                Math.max(0, summary.size()),
                summary.modSeq(),
                summary.providerId(),
                message,
                known,
                live);
    }
}
