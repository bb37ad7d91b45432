package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.imap.TransferResult.Sources;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.stream.LongStream;

/** STORE, COPY, MOVE and APPEND. A plain EXPUNGE is never sent: it would remove what other programs marked. */
final class TransferCommands {
    private static final int PIECE_CHARS = Command.LINE_MAX_BYTES / 2;

    private final ImapChannel channel;

    TransferCommands(ImapChannel channel) {
        this.channel = channel;
    }

    void storeFlags(List<Long> uids, boolean add, Set<String> flags) throws MailException {
        if (flags.isEmpty()) {
            return;
        }
        for (String piece : UidSet.of(uids).wirePieces(PIECE_CHARS)) {
            Command command = Command.of("UID STORE " + piece + (add ? " +" : " -") + "FLAGS.SILENT ")
                    .flags(flags);
            channel.run(command, channel.rules().lines(3L * uids.size() + 10_000), Untagged.Handler.NONE);
        }
    }

    TransferResult copy(List<Long> uids, MailboxName target) throws MailException {
        Mapping mapping = new Mapping(uids.size());
        for (String piece : UidSet.of(uids).wirePieces(PIECE_CHARS)) {
            Reply reply = channel.run(
                    Command.of("UID COPY " + piece)
                            .mailbox(channel.capabilities().wire(target)),
                    channel.rules().lines(linesFor(uids)),
                    mapping);
            mapping.learn(reply.status());
        }
        return mapping.result(Sources.KEPT);
    }

    TransferResult move(List<Long> uids, MailboxName target) throws MailException {
        if (!channel.supports("MOVE")) {
            return copyThenRemove(uids, target);
        }
        Mapping mapping = new Mapping(uids.size());
        for (String piece : UidSet.of(uids).wirePieces(PIECE_CHARS)) {
            Reply reply = channel.run(
                    Command.of("UID MOVE " + piece)
                            .mailbox(channel.capabilities().wire(target)),
                    channel.rules().lines(linesFor(uids)),
                    mapping);
            mapping.learn(reply.status());
        }
        return mapping.result(Sources.REMOVED);
    }

    // Each step only after the one before was OK: a message is never marked before its copy exists.
    private TransferResult copyThenRemove(List<Long> uids, MailboxName target) throws MailException {
        TransferResult copied = copy(uids, target);
        return new TransferResult(copied.targetUidValidity(), copied.uids(), remove(uids));
    }

    Sources remove(List<Long> uids) throws MailException {
        storeFlags(uids, true, Set.of("\\Deleted"));
        if (!channel.supports("UIDPLUS")) {
            return Sources.MARKED_DELETED;
        }
        for (String piece : UidSet.of(uids).wirePieces(PIECE_CHARS)) {
            channel.run(
                    Command.of("UID EXPUNGE " + piece), channel.rules().lines(linesFor(uids)), Untagged.Handler.NONE);
        }
        return Sources.REMOVED;
    }

    AppendResult append(MailboxName target, byte[] message, Set<String> flags, Instant internalDate)
            throws MailException {
        Command command = Command.of("APPEND")
                .mailbox(channel.capabilities().wire(target))
                .text(" ")
                .flags(flags)
                .text(" \"" + FetchAnswer.internalDate(internalDate) + "\" ");
        if (channel.capabilities().utf8() && hasUtf8Header(message)) {
            command.text("UTF8 (~").literal(message).text(")");
        } else {
            command.literal(message);
        }
        Reply reply = channel.tryRun(command, channel.rules().transfer(message.length), Untagged.Handler.NONE);
        if (!reply.isOk()) {
            throw channel.refusal(Stage.COMMAND, reply);
        }
        if (!reply.status().is("APPENDUID")) {
            return AppendResult.UNKNOWN;
        }
        try {
            Tokens argument = Tokens.of(reply.status().argument());
            return new AppendResult(argument.uid(), argument.uid());
        } catch (MalformedAnswerException unreadable) {
            return AppendResult.UNKNOWN;
        }
    }

    /** Such a message is taken in no other form where UTF-8 is enabled (RFC 6855 section 4). */
    private static boolean hasUtf8Header(byte[] message) {
        for (int i = 0; i < message.length; i++) {
            boolean end =
                    message[i] == '\n' && (i + 1 == message.length || message[i + 1] == '\r' || message[i + 1] == '\n');
            if (end) {
                return false;
            }
            if (message[i] < 0) {
                return true;
            }
        }
        return false;
    }

    private static long linesFor(List<Long> uids) {
        return 3L * uids.size() + 10_000;
    }

    /** Source to target UIDs, in the order of the sets that the server wrote. */
    private static final class Mapping implements Untagged.Handler {
        private final int uidsMax;
        private final Map<Long, Long> uids = new HashMap<>();
        private long uidValidity;

        Mapping(int uidsMax) {
            this.uidsMax = uidsMax;
        }

        @Override
        public boolean take(Untagged answer) {
            // MOVE gives it before the tagged end (RFC 6851, 3.3).
            return answer.is("OK") && learn(answer.status());
        }

        boolean learn(StatusText status) {
            if (!status.is("COPYUID")) {
                return false;
            }
            try {
                Tokens argument = Tokens.of(status.argument());
                long validity = argument.uid();
                List<UidSet.Range> sources = argument.ranges();
                List<UidSet.Range> targets = argument.ranges();
                if (size(sources) == size(targets) && size(sources) <= uidsMax) {
                    uidValidity = validity;
                    PrimitiveIterator.OfLong to = walk(targets).iterator();
                    walk(sources).forEach(from -> uids.put(from, to.nextLong()));
                }
            } catch (MalformedAnswerException unreadable) {
                // The command itself succeeded: the target is found by looking.
                return true;
            }
            return true;
        }

        TransferResult result(Sources sources) {
            return new TransferResult(uidValidity, uids, sources);
        }

        private static long size(List<UidSet.Range> ranges) {
            return ranges.stream().mapToLong(UidSet.Range::size).sum();
        }

        private static LongStream walk(List<UidSet.Range> ranges) {
            return ranges.stream().flatMapToLong(range -> LongStream.rangeClosed(range.first(), range.last()));
        }
    }
}
