package dev.mailroom.sync.message;

import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Grants;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.account.CredentialsUnavailableException;
import dev.mailroom.sync.connection.ImapOpener;
import dev.mailroom.sync.database.Database;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Streams messages and attachments from the provider over a connection of their own; nothing is held whole in memory. */
@Singleton
public class ProviderContent {
    /** Streams of one account at a time: a provider counts connections. */
    static final int STREAMS_PER_ACCOUNT_MAX = 2;

    /** Streams of this replica at a time. */
    static final int STREAMS_MAX = 64;

    private static final int MIME_HEADER_MAX_BYTES = 64 * 1024;

    private static final String COPY = """
            select c.account_id, c.uid_validity, c.uid, b.raw_name
            from copy c join mailbox b on b.id = c.mailbox_id join account a on a.id = c.account_id join message m on m.id = c.message_id
            where m.organization_id = $1 and m.id = $2 and c.vanished_at is null and b.missing_since is null
              and not a.removed and %s
            order by a.paused, c.created_at limit 1
            """.formatted(Grants.sees("c", "m", 3));

    private final Database database;
    private final Access access;
    private final Accounts accounts;
    private final ImapOpener opener;
    private final Map<UUID, Semaphore> perAccount = new ConcurrentHashMap<>();
    private final Semaphore all = new Semaphore(STREAMS_MAX);

    @Inject
    public ProviderContent(Database database, Access access, Accounts accounts, ImapOpener opener) {
        this.database = database;
        this.access = access;
        this.accounts = accounts;
        this.opener = opener;
    }

    /** A message that is found and whose mailbox is open; close it, as often as you like. */
    public final class Open implements AutoCloseable {
        private final ImapSession session;
        private final long uid;
        private final Semaphore account;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Open(ImapSession session, long uid, Semaphore account) {
            this.session = session;
            this.uid = uid;
            this.account = account;
        }

        /** Writes the whole message as the provider has it. */
        public void writeRaw(OutputStream target) throws IOException {
            try {
                session.streamMessage(uid, target);
            } catch (MailException broken) {
                throw new IOException("the provider broke off", broken);
            }
        }

        /** Writes one part, decoded. */
        public void writePart(String part, OutputStream target) throws IOException {
            try (OutputStream decoding = TransferDecoding.into(target, encodingOf(part))) {
                session.streamPart(uid, part, decoding);
            } catch (MailException broken) {
                throw new IOException("the provider broke off", broken);
            }
        }

        private String encodingOf(String part) throws MailException {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            session.streamPart(uid, part + ".MIME", new Bounded(header));
            if (header.size() == 0 && part.equals("1")) {
                // A message that is no multipart: its one part has no header of its own.
                session.streamPart(uid, "HEADER", new Bounded(header));
            }
            String text = header.toString(StandardCharsets.ISO_8859_1).replaceAll("\r?\n[ \t]+", " ");
            return text.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-transfer-encoding:"))
                    .map(line -> line.substring(line.indexOf(':') + 1))
                    .findFirst()
                    .orElse("");
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            try {
                session.close();
            } finally {
                account.release();
                all.release();
            }
        }
    }

    /** Takes what fits and lets the rest go. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream target;

        private Bounded(ByteArrayOutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) {
            if (target.size() < MIME_HEADER_MAX_BYTES) {
                target.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            target.write(bytes, offset, Math.min(length, MIME_HEADER_MAX_BYTES - target.size()));
        }
    }

    /** Finds a copy of the message that the viewer may see and opens its mailbox; what goes wrong is a problem for the caller of the API. */
    public Open open(Viewer viewer, UUID message) throws InterruptedException {
        List<Row> copies = database.reading(viewer.organization(), sql -> {
            Grants grants = access.grants(sql, viewer);
            return sql.query(COPY, grants.with(viewer.organization(), message));
        });
        if (copies.isEmpty()) {
            throw Problems.notFound("The message");
        }
        Row copy = copies.getFirst();
        Account account = accounts.find(database, copy.getUUID("account_id"))
                .filter(Account::wanted)
                .orElseThrow(() -> Problems.notFound("The message"));
        Semaphore mine = perAccount.computeIfAbsent(account.id(), id -> new Semaphore(STREAMS_PER_ACCOUNT_MAX));
        if (!all.tryAcquire()) {
            throw Problems.tooManyRequests("Too many messages are being fetched", Duration.ofSeconds(2));
        }
        if (!mine.tryAcquire()) {
            all.release();
            throw Problems.tooManyRequests(
                    "Too many messages of this account are being fetched", Duration.ofSeconds(2));
        }
        boolean opened = false;
        try {
            Open open = connect(account, copy, mine);
            opened = true;
            return open;
        } finally {
            if (!opened) {
                mine.release();
                all.release();
            }
        }
    }

    private Open connect(Account account, Row copy, Semaphore mine) throws InterruptedException {
        try {
            ImapSession session = opener.open(account);
            boolean ready = false;
            try {
                MailboxName name = MailboxName.ofRaw(copy.getBuffer("raw_name").getBytes(), '\0');
                if (session.select(name, null).uidValidity() != copy.getLong("uid_validity")) {
                    throw Problems.unavailable("The mailbox was renumbered by the server; try again in a moment");
                }
                ready = true;
                return new Open(session, copy.getLong("uid"), mine);
            } finally {
                if (!ready) {
                    session.close();
                }
            }
        } catch (MailException refused) {
            throw Problems.unavailable(
                    "The provider does not answer: " + refused.category().wireName());
        } catch (CredentialsUnavailableException away) {
            throw Problems.unavailable("The provider cannot be asked at the moment");
        }
    }
}
