package dev.mailroom.send.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailroom.mailclient.smtp.RecipientResult;
import dev.mailroom.mailclient.smtp.SmtpOutcome;
import dev.mailroom.mailclient.smtp.SmtpReply;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.send.outgoing.OutgoingState;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may deliver what, seen by several replicas; nothing is delivered here. */
@QuarkusTest
@TestProfile(ClaimsTest.NothingDelivers.class)
@SendTest
class ClaimsTest {
    private static final String BO = "bo@example.org";

    /** The service without its dispatcher, with a lease that no slow machine lets run out by itself. */
    public static class NothingDelivers implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("mailroom.delivery.enabled", "false", "mailroom.delivery.lease", "10m");
        }
    }

    @Inject
    Claims claims;

    @Inject
    Outcomes outcomes;

    private final UUID replica = UUID.randomUUID();
    private SendScenario scenario;

    @BeforeEach
    void start() {
        scenario = new SendScenario(ScriptedSmtpServer.Mode.TLS);
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private Claim claimed() {
        UUID outgoing = scenario.send(scenario.account("ana@example.com"), BO);
        return claims.claim(replica, 100, Set.of()).stream()
                .filter(claim -> claim.outgoing().equals(outgoing))
                .findFirst()
                .orElseThrow();
    }

    private static SmtpOutcome accepted() {
        SmtpReply reply = new SmtpReply(250, "2.0.0", "ok");
        return new SmtpOutcome.Accepted(reply, Map.of(BO, new RecipientResult(RecipientResult.State.ACCEPTED, reply)));
    }

    private String state(Claim claim) {
        return scenario.get(claim.outgoing()).getString("state");
    }

    private void letTheLeaseRunOut(Claim claim) throws SQLException {
        execute("update outgoing set lease_until = now() - interval '1 second' where id = '" + claim.outgoing() + "'");
        assertThat(claims.recover()).isPositive();
    }

    @Test
    void givesEachMessageToOneReplicaAndOneMessageOfAnAccountAtATime() throws Exception {
        List<SendScenario.Account> accounts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            accounts.add(scenario.account("user" + i + "@example.com"));
        }
        Set<UUID> sent = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            accounts.forEach(account -> sent.add(scenario.send(account, BO)));
        }
        Map<UUID, Integer> busyAccounts = new ConcurrentHashMap<>();
        List<UUID> delivered = new ArrayList<>();
        Callable<List<UUID>> sender = () -> claimAndFinish(UUID.randomUUID(), sent, busyAccounts);

        try (var replicas = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<UUID>> one : replicas.invokeAll(List.of(sender, sender, sender, sender))) {
                delivered.addAll(one.get());
            }
        }

        assertThat(delivered).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(sent);
    }

    private List<UUID> claimAndFinish(UUID me, Set<UUID> sent, Map<UUID, Integer> busyAccounts) {
        List<UUID> mine = new ArrayList<>();
        int idle = 0;
        while (idle < 20) {
            List<Claim> got;
            try {
                got = claims.claim(me, 10, Set.of());
            } catch (ConstraintViolationException anotherReplicaWasFaster) {
                continue;
            }
            idle = got.isEmpty() ? idle + 1 : 0;
            for (Claim claim : got) {
                int parallel = busyAccounts.merge(claim.account().id(), 1, Integer::sum);
                assertThat(parallel).isEqualTo(1);
                if (sent.contains(claim.outgoing())) {
                    mine.add(claim.outgoing());
                }
                busyAccounts.merge(claim.account().id(), -1, Integer::sum);
                outcomes.write(claim, accepted());
            }
        }
        return mine;
    }

    @Test
    void leavesBusyHostsAlone() {
        UUID outgoing = scenario.send(scenario.account("ana@example.com"), BO);

        assertThat(claims.claim(replica, 100, Set.of("127.0.0.1")))
                .noneMatch(claim -> claim.outgoing().equals(outgoing));
    }

    @Test
    void stopsAnOwnerWhoseMessageWasGivenToAnother() throws SQLException {
        Claim old = claimed();
        letTheLeaseRunOut(old);
        Claim current = claims.claim(UUID.randomUUID(), 100, Set.of()).stream()
                .filter(claim -> claim.outgoing().equals(old.outgoing()))
                .findFirst()
                .orElseThrow();

        assertThat(current.epoch()).isEqualTo(old.epoch() + 1);
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.mark(old, "dot"));
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> outcomes.write(old, accepted()));
        claims.mark(current, "dot");
        assertThat(outcomes.write(current, accepted())).isEqualTo(OutgoingState.ACCEPTED);
    }

    @Test
    void givesUpAMessageWhoseEveryDeliveryBreaks() throws SQLException {
        Claim claim = claimed();
        letTheLeaseRunOut(claim);
        assertThat(state(claim)).isEqualTo("deferred");
        Claim second = claims.claim(replica, 100, Set.of()).stream()
                .filter(found -> found.outgoing().equals(claim.outgoing()))
                .findFirst()
                .orElseThrow();
        execute("update outgoing set retry_since = retry_since - interval '1 day' where id = '" + claim.outgoing()
                + "'");

        letTheLeaseRunOut(second);

        assertThat(state(claim)).isEqualTo("rejected");
        assertThat(scenario.get(claim.outgoing()).getString("reason")).isEqualTo("gave_up");
        scenario.awaitEvent(claim.outgoing(), "send.rejected");
    }

    private static void execute(String sql) throws SQLException {
        TestPostgres.shared().database("send").execute(sql);
    }

    @Test
    void letsNobodyPastTheDotAfterItsLease() throws SQLException {
        Claim claim = claimed();
        claims.mark(claim, "data");
        letTheLeaseRunOut(claim);

        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> claims.mark(claim, "dot"));
        assertThat(state(claim)).isEqualTo("deferred");
    }

    @Test
    void takesTheServersAnswerOfAnOwnerThatWasThoughtLost() throws SQLException {
        Claim claim = claimed();
        claims.mark(claim, "dot");
        letTheLeaseRunOut(claim);
        assertThat(state(claim)).isEqualTo("unknown");

        assertThat(outcomes.write(claim, accepted())).isEqualTo(OutgoingState.ACCEPTED);

        scenario.awaitAppendSent(claim.outgoing());
        assertThatExceptionOfType(ClaimLostException.class).isThrownBy(() -> outcomes.write(claim, accepted()));
    }

    @Test
    void keepsAMessageAsLongAsItsLeaseIsRenewed() {
        Claim claim = claimed();

        assertThat(claims.renew(replica, List.of(claim.outgoing()))).containsExactly(claim.outgoing());
        assertThat(claims.renew(UUID.randomUUID(), List.of(claim.outgoing()))).isEmpty();
        outcomes.write(claim, accepted());
        assertThat(claims.renew(replica, List.of(claim.outgoing()))).isEmpty();
    }
}
