package dev.mailroom.send.delivery;

import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.smtp.SmtpCredentials;
import dev.mailroom.mailclient.smtp.SmtpEnvelope;
import dev.mailroom.mailclient.smtp.SmtpOutcome;
import dev.mailroom.mailclient.smtp.SmtpPhase;
import dev.mailroom.mailclient.smtp.SmtpTransport;
import dev.mailroom.outbox.TransactionInterruptedException;
import dev.mailroom.send.account.AccountRow;
import dev.mailroom.send.account.CredentialUnavailableException;
import dev.mailroom.send.account.Credentials;
import dev.mailroom.send.outgoing.OutgoingState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;

/** One attempt to deliver one message, on the virtual thread that runs it. */
@ApplicationScoped
class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class);

    /** Tries to write an outcome while the database is away; after these the lease has run out and recovery decides. */
    static final int WRITES_MAX = 8;

    private static final Duration WRITE_RETRY = Duration.ofMillis(250);

    private final SmtpTransport transport;
    private final Credentials credentials;
    private final Claims claims;
    private final Outcomes outcomes;
    private final DeliveryProbe probe;
    private final DeliveryMetrics metrics;
    private final DeliveryConfig config;

    Delivery(
            SmtpTransport transport,
            Credentials credentials,
            Claims claims,
            Outcomes outcomes,
            DeliveryProbe probe,
            DeliveryMetrics metrics,
            DeliveryConfig config) {
        this.transport = transport;
        this.credentials = credentials;
        this.claims = claims;
        this.outcomes = outcomes;
        this.probe = probe;
        this.metrics = metrics;
        this.config = config;
    }

    /** Delivers and writes the outcome. An interrupt ends it; before the dot the message is given back. */
    void run(Claim claim) {
        try {
            probe.at(DeliveryProbe.Step.CLAIMED, claim.outgoing(), "");
            attempt(claim);
        } catch (ClaimLostException lost) {
            metrics.fenced();
            LOG.warnf("outgoing=%s epoch=%d the claim is lost, nothing was written", claim.outgoing(), claim.epoch());
        } catch (InterruptedException | TransactionInterruptedException stop) {
            Thread.currentThread().interrupt();
            LOG.infof("outgoing=%s epoch=%d interrupted, recovery decides", claim.outgoing(), claim.epoch());
        } catch (RuntimeException broken) {
            // The lease runs out and the stored phase decides, as after a crash.
            LOG.errorf(broken, "outgoing=%s epoch=%d the delivery broke", claim.outgoing(), claim.epoch());
        }
    }

    private void attempt(Claim claim) throws InterruptedException {
        SmtpOutcome outcome;
        try {
            outcome = send(claim);
        } catch (CredentialUnavailableException unavailable) {
            LOG.warnf(
                    "account=%s outgoing=%s no credential: %s",
                    claim.account().id(), claim.outgoing(), unavailable.getMessage());
            outcomes.giveBack(claim, "credential_unavailable", config.credentialRetry());
            return;
        } catch (InterruptedException stop) {
            outcomes.giveBack(claim, "sender_stopped", Duration.ZERO);
            return;
        }
        probe.at(DeliveryProbe.Step.BEFORE_OUTCOME_IS_STORED, claim.outgoing(), "");
        OutgoingState state = write(claim, outcome);
        probe.at(DeliveryProbe.Step.AFTER_OUTCOME_IS_STORED, claim.outgoing(), "");
        metrics.outcome(state);
        LOG.infof(
                "account=%s outgoing=%s attempt=%d state=%s phase=%s",
                claim.account().id(),
                claim.outgoing(),
                claim.attempt(),
                state.wireName(),
                outcome.phase().wireName());
    }

    private SmtpOutcome send(Claim claim) throws CredentialUnavailableException, InterruptedException {
        SmtpEnvelope envelope = new SmtpEnvelope(claim.envelopeFrom(), claim.recipients());
        Endpoint endpoint;
        try {
            endpoint = endpoint(claim.account());
        } catch (IllegalArgumentException unusable) {
            return new SmtpOutcome.Deferred(SmtpPhase.CONNECT, "unknown_host", null, Map.of());
        }
        SmtpCredentials opened = credentials.open(claim.account());
        long start = System.nanoTime();
        try {
            return transport.send(endpoint, opened, envelope, claim.mime(), phase -> entering(claim, phase));
        } finally {
            opened.password().wipe();
            metrics.attempt(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** The stored phase is never behind what the server may have seen. */
    private void entering(Claim claim, SmtpPhase phase) {
        if (phase == SmtpPhase.ACCEPTED) {
            return;
        }
        probe.at(DeliveryProbe.Step.BEFORE_PHASE_IS_STORED, claim.outgoing(), phase.wireName());
        claims.mark(claim, phase.wireName());
        probe.at(DeliveryProbe.Step.AFTER_PHASE_IS_STORED, claim.outgoing(), phase.wireName());
    }

    private OutgoingState write(Claim claim, SmtpOutcome outcome) throws InterruptedException {
        // An interrupt that came at the dot must not cost us the server's answer.
        boolean interrupted = Thread.interrupted();
        try {
            for (int tried = 1; ; tried++) {
                try {
                    return outcomes.write(claim, outcome);
                } catch (ClaimLostException lost) {
                    throw lost;
                } catch (RuntimeException away) {
                    if (tried == WRITES_MAX) {
                        throw away;
                    }
                    LOG.warnf(away, "outgoing=%s outcome not stored, try %d", claim.outgoing(), tried);
                    Thread.sleep(WRITE_RETRY.multipliedBy(1L << tried));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Endpoint endpoint(AccountRow account) {
        return new Endpoint(
                account.smtpHost(),
                account.smtpPort(),
                Encryption.valueOf(account.smtpEncryption().toUpperCase(Locale.ROOT)));
    }
}
