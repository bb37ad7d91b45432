package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.TransactionRollbackException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransientFailuresTest {
    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "40P01", "53300", "57P01", "57P03", "55P03", "25006"})
    void whatTheServerMayDoNextTimeIsTransient(String state) {
        assertThat(TransientFailures.isTransient(new CompletionException(pg(state))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "22001", "42601", "42P01"})
    void whatTheServerWillRefuseAgainIsNot(String state) {
        assertThat(TransientFailures.isTransient(pg(state))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"40001, true", "57P01, true", "23505, false", "0, false"})
    void whatHibernateMadeOfItIsTheSame(String state, boolean passes) {
        var converted = new IllegalStateException("could not execute", new SQLException("refused", state));

        assertThat(TransientFailures.isTransient(converted)).isEqualTo(passes);
    }

    @Test
    void aBrokenConnectionIsTransientAndABugIsNot() {
        assertThat(TransientFailures.isTransient(new IllegalStateException(new ConnectException("refused"))))
                .isTrue();
        assertThat(TransientFailures.isTransient(new RetryLaterException("not now")))
                .isTrue();
        assertThat(TransientFailures.isTransient(new IllegalStateException("bug")))
                .isFalse();
        assertThat(TransientFailures.isTransient(new NullPointerException())).isFalse();
    }

    @Test
    void bytesThatAreNoJsonStayUnreadable() {
        Throwable unreadable = catchThrowable(() -> new ObjectMapper().readTree("{not json"));

        assertThat(TransientFailures.isTransient(new IllegalStateException("unreadable row", unreadable)))
                .isFalse();
    }

    @Test
    void ofVertxOnlyWhatSpeaksOfTheConnectionIsTransient() {
        assertThat(TransientFailures.isTransient(new VertxException("Connection was closed")))
                .isTrue();
        assertThat(TransientFailures.isTransient(ClosedConnectionException.INSTANCE))
                .isTrue();
        assertThat(TransientFailures.isTransient(TransactionRollbackException.INSTANCE))
                .isFalse();
    }

    @Test
    void theNameOfAFailureHasNoContent() {
        assertThat(TransientFailures.nameOf(new CompletionException(pg("23505"))))
                .isEqualTo("CompletionException SQLSTATE 23505");
    }

    private static PgException pg(String state) {
        return new PgException("duplicate key (address)=(ana@example.com)", "ERROR", state, "detail");
    }
}
