package dev.mailroom.systemtests.replicas;

import dev.mailroom.testkit.net.Tap;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads along what a client asks PostgreSQL for: {@code sql> insert into copy …} for each statement, {@code sql> COMMIT of …} and
 * {@code sql< COMMIT of …} with the beginnings of the statements of the transaction.
 */
final class PostgresTap implements Tap {
    private static final int PROTOCOL_3 = 3;
    private static final int ENCRYPTION_MAJOR = 1234;
    private static final int ENCRYPTION_MINOR = 5679;
    private static final int SHOWN_CHARS = 120;
    private static final int TRANSACTION_CHARS = 20_000;

    private final Ear ear;
    private final Mouth mouth;
    private final Bytes asked = new Bytes();
    private final Bytes answered = new Bytes();
    private final Map<String, String> prepared = new HashMap<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final StringBuilder transaction = new StringBuilder();
    private volatile String committing = "";
    private boolean begun;

    PostgresTap(Ear ear, Mouth mouth) {
        this.ear = ear;
        this.mouth = mouth;
    }

    @Override
    public Verdict asked(byte[] bytes, int length) throws IOException {
        asked.add(bytes, length);
        while (!begun && asked.size() >= 8 && asked.size() >= asked.intAt(0)) {
            greeted(asked.shortAt(4), asked.shortAt(6));
            asked.drop(asked.intAt(0));
        }
        while (begun && asked.size() >= 5 && asked.size() > asked.intAt(1)) {
            int frame = 1 + asked.intAt(1);
            Verdict verdict = message((char) asked.byteAt(0));
            asked.drop(frame);
            if (verdict != Verdict.PASS) {
                return verdict;
            }
        }
        return Verdict.PASS;
    }

    private void greeted(int major, int minor) {
        if (major == PROTOCOL_3) {
            begun = true;
        } else if (major == ENCRYPTION_MAJOR && minor >= ENCRYPTION_MINOR) {
            // Refused with one byte that has no frame.
            refusals.incrementAndGet();
        }
    }

    private Verdict message(char type) throws IOException {
        switch (type) {
            case 'P' -> {
                String name = asked.textAt(5);
                prepared.put(name, asked.textAt(5 + name.length() + 1));
                return Verdict.PASS;
            }
            case 'B' -> {
                String portal = asked.textAt(5);
                return statement(prepared.getOrDefault(asked.textAt(5 + portal.length() + 1), ""));
            }
            case 'Q' -> {
                return statement(asked.textAt(5));
            }
            default -> {
                return Verdict.PASS;
            }
        }
    }

    private Verdict statement(String sql) throws IOException {
        String shown = sql.strip().replaceAll("\\s+", " ");
        shown = shown.substring(0, Math.min(SHOWN_CHARS, shown.length()));
        if (shown.equalsIgnoreCase("BEGIN")) {
            transaction.setLength(0);
        } else if (shown.equalsIgnoreCase("COMMIT")) {
            committing = transaction.toString();
            shown = "COMMIT of " + committing;
        } else if (transaction.length() < TRANSACTION_CHARS) {
            transaction.append(shown).append("; ");
        }
        return ear.hears("sql> " + shown, "", mouth);
    }

    @Override
    public Verdict answered(byte[] bytes, int length) throws IOException {
        answered.add(bytes, length);
        while (answered.size() > 0 && refusals.get() > 0) {
            refusals.decrementAndGet();
            answered.drop(1);
        }
        while (answered.size() >= 5 && answered.size() > answered.intAt(1)) {
            int frame = 1 + answered.intAt(1);
            boolean committed = answered.byteAt(0) == 'C' && answered.textAt(5).equals("COMMIT");
            answered.drop(frame);
            Verdict verdict = committed ? ear.hears("sql< COMMIT of " + committing, "", mouth) : Verdict.PASS;
            if (verdict != Verdict.PASS) {
                return verdict;
            }
        }
        return Verdict.PASS;
    }
}
