package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SEARCH and FETCH, always by UID; answers are merged by UID and never taken by their position. */
final class FetchCommands {
    /** Messages whose answers came in part only and wait for the rest. */
    static final int PARTIAL_MAX = 10_000;

    /** Messages that are asked for again, each alone, after one call. */
    static final int REFETCH_MAX = 100;

    /** One slice of a streamed message. */
    static final int SLICE_BYTES = 1024 * 1024;

    /** Slices that are asked for at once. */
    static final int SLICES_AHEAD = 4;

    /** A streamed message; beyond it the server is not telling the truth. */
    static final long STREAM_MAX_BYTES = 512L * 1024 * 1024;

    private static final DateTimeFormatter SEARCH_DATE = DateTimeFormatter.ofPattern("d-MMM-yyyy", Locale.ENGLISH);
    private static final Pattern SECTION = Pattern.compile("[0-9.]{1,100}(?:MIME|HEADER|TEXT)?");
    private static final long LINES_SLACK = 10_000;

    private final ImapChannel channel;
    private final MailboxCommands mailboxes;

    FetchCommands(ImapChannel channel, MailboxCommands mailboxes) {
        this.channel = channel;
        this.mailboxes = mailboxes;
    }

    List<Long> searchSince(@Nullable LocalDate since) throws MailException {
        String criterion = since == null ? "ALL" : "SINCE " + SEARCH_DATE.format(since);
        String options = channel.supports("ESEARCH") ? "RETURN (ALL) " : "";
        List<UidSet.Range> found = new ArrayList<>();
        Rules rules = channel.rules().answer(channel.limits().searchMaxBytes());
        channel.run(Command.of("UID SEARCH " + options + criterion), rules, answer -> switch (answer.keyword()) {
            case "SEARCH" -> plainSearch(answer.rest(), found);
            case "ESEARCH" -> extendedSearch(answer.rest(), found);
            default -> false;
        });
        UidSet set = new UidSet(found);
        if (set.size() > channel.updates().exists() + LINES_SLACK) {
            channel.abort();
            throw MailException.of(Stage.COMMAND, Category.LIMIT_EXCEEDED);
        }
        return set.stream().boxed().toList();
    }

    private boolean plainSearch(Tokens rest, List<UidSet.Range> found) {
        while (rest.nextIsNumber()) {
            long uid = rest.uid();
            found.add(new UidSet.Range(uid, uid));
        }
        return true;
    }

    private boolean extendedSearch(Tokens rest, List<UidSet.Range> found) {
        if (rest.nextIs('(')) {
            rest.skipValue();
        }
        while (!rest.atEnd()) {
            switch (rest.keyword()) {
                case "UID" -> {
                    // A mark without a value.
                }
                case "ALL" -> found.addAll(rest.ranges());
                default -> rest.skipValue();
            }
        }
        return true;
    }

    void fetchSummaries(UidSet uids, Consumer<MessageSummary> consumer) throws MailException {
        String items = " (UID FLAGS INTERNALDATE RFC822.SIZE" + modSeqItem() + providerItem() + ")";
        for (String piece : uids.wirePieces(Command.LINE_MAX_BYTES / 2)) {
            Merge merge = new Merge(uids::contains, false, whole -> consumer.accept(whole.summary()));
            Rules rules = channel.rules().lines(linesFor(channel.updates().exists()));
            runUnlessEmpty(Command.of("UID FETCH " + piece + items), rules, merge);
            merge.finish();
        }
    }

    void fetchFlags(UidSet uids, Consumer<MessageSummary> consumer) throws MailException {
        for (String piece : uids.wirePieces(Command.LINE_MAX_BYTES / 2)) {
            Map<Long, MessageSummary> found = new LinkedHashMap<>();
            Rules rules = channel.rules().lines(linesFor(channel.updates().exists()));
            runUnlessEmpty(Command.of("UID FETCH " + piece + " (UID FLAGS" + modSeqItem() + ")"), rules, answer -> {
                if (!answer.is("FETCH")) {
                    return false;
                }
                FetchAnswer fetched = FetchAnswer.parse(answer.number(), answer.rest());
                if (fetched.flags() != null && uids.contains(fetched.uid())) {
                    found.put(fetched.uid(), fetched.summary());
                }
                return true;
            });
            found.values().forEach(consumer);
        }
    }

    void fetchArrivals(long from, int contentMax, BiConsumer<MessageSummary, byte @Nullable []> consumer)
            throws MailException {
        Merge merge = new Merge(uid -> uid >= from, true, whole -> {
            byte[] content = whole.content();
            boolean complete = content != null && whole.origin() == 0 && content.length == whole.size();
            consumer.accept(whole.summary(), complete ? content : null);
        });
        String items = " (UID FLAGS INTERNALDATE RFC822.SIZE" + modSeqItem() + providerItem() + " BODY.PEEK[]<0."
                + contentMax + ">)";
        Rules rules = channel.rules()
                .lines(linesFor(channel.updates().exists()))
                .answer(contentMax + channel.limits().responseMaxBytes())
                .transfer(contentMax);
        runUnlessEmpty(Command.of("UID FETCH " + from + ":*" + items), rules, merge);
        merge.finish();
    }

    /** A UID that does not exist is no error (RFC 9051 section 6.4.9), but some servers refuse 1:* where there is no message at all. */
    private void runUnlessEmpty(Command command, Rules rules, Untagged.Handler handler) throws MailException {
        try {
            channel.run(command, rules, handler);
        } catch (MailException refused) {
            boolean plain = refused.category() == Category.COMMAND_REFUSED && channel.isOpen();
            if (!plain || channel.updates().exists() > 0) {
                throw refused;
            }
        }
    }

    /** @return empty if there are more than are worth naming */
    Optional<List<MessageSummary>> changedSince(long modSeq) throws MailException {
        List<MessageSummary> changed = new ArrayList<>();
        AtomicBoolean tooMany = new AtomicBoolean();
        String vanished = mailboxes.resyncEnabled() ? " VANISHED" : "";
        Command command = Command.of("UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE " + modSeq + vanished + ")");
        Rules rules = channel.rules()
                .lines(linesFor(channel.updates().exists()))
                .answer(channel.limits().searchMaxBytes());
        runUnlessEmpty(command, rules, answer -> {
            if (!answer.is("FETCH")) {
                return false;
            }
            FetchAnswer fetched = FetchAnswer.parse(answer.number(), answer.rest());
            if (fetched.uid() == 0 || fetched.flags() == null) {
                return false;
            }
            if (changed.size() >= MailboxCommands.RESYNC_CHANGES_MAX) {
                tooMany.set(true);
                return true;
            }
            return changed.add(fetched.summary());
        });
        return tooMany.get() ? Optional.empty() : Optional.of(List.copyOf(changed));
    }

    /** @return UIDs without an answer that can be used */
    List<Long> fetchContent(List<Long> uids, String section, Consumer<FetchedMessage> consumer) throws MailException {
        Set<Long> missing = new LinkedHashSet<>(uids);
        if (missing.isEmpty()) {
            return List.of();
        }
        for (String piece : UidSet.of(uids).wirePieces(Command.LINE_MAX_BYTES / 2)) {
            fetchPiece(piece, section, missing, consumer, true);
        }
        int again = 0;
        for (Long uid : List.copyOf(missing)) {
            if (again++ < REFETCH_MAX) {
                fetchPiece(Long.toString(uid), section, missing, consumer, false);
            }
        }
        return List.copyOf(missing);
    }

    private void fetchPiece(
            String piece, String section, Set<Long> missing, Consumer<FetchedMessage> consumer, boolean strict)
            throws MailException {
        Merge merge = new Merge(missing::contains, true, whole -> {
            byte[] content = whole.content();
            if (content != null && (!strict || whole.flags() != null) && missing.remove(whole.uid())) {
                consumer.accept(new FetchedMessage(whole.summary(), content));
            }
        });
        String items =
                " (UID FLAGS INTERNALDATE RFC822.SIZE" + modSeqItem() + providerItem() + " BODY.PEEK[" + section + "])";
        int bodyMax = channel.limits().bodyMaxBytes();
        Rules rules = channel.rules()
                .lines(linesFor(missing.size()))
                .answer(bodyMax + channel.limits().responseMaxBytes())
                .transfer(bodyMax);
        channel.run(Command.of("UID FETCH " + piece + items), rules, merge);
        merge.finish();
    }

    long stream(long uid, String section, OutputStream target) throws MailException {
        if (!section.isEmpty() && !SECTION.matcher(section).matches()) {
            throw new IllegalArgumentException("not a section of a message");
        }
        long written = 0;
        // One slice first: most messages need no more. Then several at once, so that a long way costs little.
        int ahead = 1;
        while (written < STREAM_MAX_BYTES) {
            Slices slices = slices(uid, section, written, ahead);
            byte[] content = slices.at(written);
            if (content == null || content.length == 0) {
                return written;
            }
            boolean full = true;
            while (content != null && content.length > 0) {
                write(content, target);
                written += content.length;
                full &= content.length == SLICE_BYTES;
                content = slices.at(written);
            }
            // A short slice alone is not the end: some servers give less than was asked for.
            long size = section.isEmpty() ? slices.size : -1;
            if (size >= 0 && written >= size && !full) {
                return written;
            }
            ahead = full ? slicesAhead(size - written) : 1;
        }
        channel.abort();
        throw MailException.of(Stage.COMMAND, Category.LIMIT_EXCEEDED);
    }

    /** @param left bytes that the message still has; negative if that is not known */
    private static int slicesAhead(long left) {
        if (left < 0) {
            return SLICES_AHEAD;
        }
        return Math.toIntExact(Math.clamp((left + SLICE_BYTES - 1) / SLICE_BYTES, 1, SLICES_AHEAD));
    }

    private void write(byte[] content, OutputStream target) {
        try {
            target.write(content);
        } catch (IOException broken) {
            channel.abort();
            throw new UncheckedIOException(broken);
        }
    }

    private Slices slices(long uid, String section, long from, int count) throws MailException {
        List<Command> commands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long start = from + (long) i * SLICE_BYTES;
            String item = "BODY.PEEK[" + section + "]<" + start + "." + SLICE_BYTES + ">";
            commands.add(Command.of("UID FETCH " + uid + " (UID RFC822.SIZE " + item + ")"));
        }
        Slices slices = new Slices(uid);
        Rules rules = channel.rules()
                .answer(SLICE_BYTES + channel.limits().responseMaxBytes())
                .transfer((long) count * SLICE_BYTES);
        channel.runAll(commands, rules, slices);
        return slices;
    }

    /** Slices of one message by their origin. */
    private static final class Slices implements Untagged.Handler {
        private final long uid;
        private final Map<Long, byte[]> byOrigin = new HashMap<>();
        private long size = -1;

        Slices(long uid) {
            this.uid = uid;
        }

        @Override
        public boolean take(Untagged answer) {
            if (!answer.is("FETCH")) {
                return false;
            }
            FetchAnswer fetched = FetchAnswer.parse(answer.number(), answer.rest());
            byte[] content = fetched.content();
            if (content != null && fetched.uid() == uid) {
                if (content.length > SLICE_BYTES || byOrigin.size() >= SLICES_AHEAD) {
                    throw new AnswerTooLargeException("more than was asked for");
                }
                byOrigin.put(fetched.origin(), content);
                size = Math.max(size, fetched.size());
            }
            return true;
        }

        byte @Nullable [] at(long origin) {
            return byOrigin.get(origin);
        }
    }

    private String modSeqItem() {
        return mailboxes.modSequences() && mailboxes.selectedHasModSequences() ? " MODSEQ" : "";
    }

    /** What Gmail calls a message that lies in several mailboxes, which are labels there. */
    private String providerItem() {
        return channel.supports("X-GM-EXT-1") ? " X-GM-MSGID" : "";
    }

    private static long linesFor(long messages) {
        return 3 * messages + LINES_SLACK;
    }

    /** Puts the parts of answers together by UID and hands out each message when nothing is missing. */
    private static final class Merge implements Untagged.Handler {
        private final Map<Long, FetchAnswer> partial = new LinkedHashMap<>();
        private final LongPredicate wanted;
        private final boolean content;
        private final Consumer<FetchAnswer> whole;

        Merge(LongPredicate wanted, boolean content, Consumer<FetchAnswer> whole) {
            this.wanted = wanted;
            this.content = content;
            this.whole = whole;
        }

        @Override
        public boolean take(Untagged answer) {
            if (!answer.is("FETCH")) {
                return false;
            }
            FetchAnswer fetched = FetchAnswer.parse(answer.number(), answer.rest());
            if (fetched.uid() == 0 || !wanted.test(fetched.uid())) {
                return true;
            }
            FetchAnswer before = partial.remove(fetched.uid());
            FetchAnswer merged = before == null ? fetched : before.and(fetched);
            if (isWhole(merged)) {
                whole.accept(merged);
            } else {
                if (partial.size() >= PARTIAL_MAX) {
                    throw new AnswerTooLargeException("more than " + PARTIAL_MAX + " messages in parts");
                }
                partial.put(merged.uid(), merged);
            }
            return true;
        }

        private boolean isWhole(FetchAnswer answer) {
            boolean hasContent = !content || answer.content() != null;
            return hasContent && answer.flags() != null && answer.internalDate() != null && answer.size() >= 0;
        }

        /** The server will not send more: hand out what there is. Flags alone are no answer, but news of a message that nobody asked for. */
        void finish() {
            partial.values().stream()
                    .filter(answer -> answer.content() != null || answer.size() >= 0 || answer.internalDate() != null)
                    .forEach(whole);
            partial.clear();
        }
    }
}
