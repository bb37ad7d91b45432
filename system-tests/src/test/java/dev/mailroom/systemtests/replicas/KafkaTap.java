package dev.mailroom.systemtests.replicas;

import dev.mailroom.testkit.net.Tap;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads along when records are sent to a broker, {@code kafka> produce}, and when it has them, {@code kafka< produce}. */
final class KafkaTap implements Tap {
    private static final int PRODUCE = 0;

    private final Ear ear;
    private final Mouth mouth;
    private final Bytes asked = new Bytes();
    private final Bytes answered = new Bytes();
    private final Set<Integer> producing = ConcurrentHashMap.newKeySet();

    KafkaTap(Ear ear, Mouth mouth) {
        this.ear = ear;
        this.mouth = mouth;
    }

    @Override
    public Verdict asked(byte[] bytes, int length) throws IOException {
        asked.add(bytes, length);
        while (asked.size() >= 4 && asked.size() >= 4 + asked.intAt(0)) {
            boolean produce = asked.shortAt(4) == PRODUCE;
            int correlation = asked.intAt(8);
            asked.drop(4 + asked.intAt(0));
            if (produce) {
                producing.add(correlation);
                Verdict verdict = ear.hears("kafka> produce", "", mouth);
                if (verdict != Verdict.PASS) {
                    return verdict;
                }
            }
        }
        return Verdict.PASS;
    }

    @Override
    public Verdict answered(byte[] bytes, int length) throws IOException {
        answered.add(bytes, length);
        while (answered.size() >= 4 && answered.size() >= 4 + answered.intAt(0)) {
            boolean produced = producing.remove(answered.intAt(4));
            answered.drop(4 + answered.intAt(0));
            Verdict verdict = produced ? ear.hears("kafka< produce", "", mouth) : Verdict.PASS;
            if (verdict != Verdict.PASS) {
                return verdict;
            }
        }
        return Verdict.PASS;
    }
}
