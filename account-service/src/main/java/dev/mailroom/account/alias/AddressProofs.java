package dev.mailroom.account.alias;

import dev.mailroom.account.notice.Letter;
import dev.mailroom.account.notice.SystemMail;
import dev.mailroom.account.notice.SystemMails;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Learns whether somebody who reads mail at an address agrees to sharing it: a link is mailed there, and whoever follows it agrees.
 *
 * <p>The token in the link is random and kept as a digest alone; it is good once, for a day, and only for the address to which it was
 * mailed. Stateless: the caller owns the session and therefore the transaction.
 */
@ApplicationScoped
class AddressProofs {
    /** How long a link is good. */
    static final Duration GOOD_FOR = Duration.ofHours(24);

    /** Between two links for one alias. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    /** Links that an account may have mailed within a day: nobody can be flooded through it. */
    static final int PER_ACCOUNT_AND_DAY_MAX = 20;

    /** Bytes of a token; 256 bits. */
    private static final int TOKEN_BYTES = 32;

    /** Characters of a token that is worth looking up. */
    private static final int TOKEN_MAX_CHARACTERS = 100;

    private static final Duration DAY = Duration.ofDays(1);

    private static final String RECENT =
            "select count(*), min(created_at), max(case when alias_id = :alias then created_at end)"
                    + " from address_proofs where account_id = :account and created_at > :after";
    private static final String FORGET =
            "delete from address_proofs where organization_id = :organization" + " and created_at < :before";
    private static final String ADD =
            "insert into address_proofs (token_digest, organization_id, account_id, alias_id, address,"
                    + " asked_by, created_at, expires_at)"
                    + " values (:digest, :organization, :account, :alias, :address, :user, :now, :end)";
    private static final String FIND = "select account_id, alias_id, address, expires_at, used_at from address_proofs"
            + " where token_digest = :digest and organization_id = :organization";
    private static final String USE = "update address_proofs set used_at = :now where token_digest = :digest";

    private static final String PURPOSE = "alias_verification";

    private final SystemMails mails;
    private final Optional<URI> linkBase;
    private final SecureRandom random;
    private final Clock clock;

    AddressProofs(
            SystemMails mails,
            @ConfigProperty(name = "mailroom.notice.link-base") Optional<URI> linkBase,
            SecureRandom random,
            Clock clock) {
        this.mails = mails;
        this.linkBase = linkBase;
        this.random = random;
        this.clock = clock;
    }

    /** @param used when the link was followed; null if it was not */
    record Proof(
            UUID account,
            UUID alias,
            String address,
            Instant end,
            @Nullable Instant used) {}

    /**
     * Has a link mailed to the address of the alias, whose account is locked.
     *
     * @return fails with 409 {@code notices-not-configured} where this installation sends no mail, 429 where there were too many
     */
    Uni<Void> ask(Mutiny.Session session, Viewer viewer, AliasRow alias) {
        requireMail();
        Instant now = clock.instant();
        String token = token();
        return session.createNativeQuery(RECENT, Object[].class)
                .setParameter("alias", alias.id)
                .setParameter("account", alias.accountId)
                .setParameter("after", now.minus(DAY).atOffset(ZoneOffset.UTC))
                .getSingleResult()
                .invoke(recent -> requireRoom(recent, now))
                .chain(() -> session.createNativeQuery(FORGET)
                        .setParameter("organization", alias.organizationId)
                        .setParameter("before", now.minus(DAY.multipliedBy(2)).atOffset(ZoneOffset.UTC))
                        .executeUpdate())
                .chain(() -> session.createNativeQuery(ADD)
                        .setParameter("digest", digest(token))
                        .setParameter("organization", alias.organizationId)
                        .setParameter("account", alias.accountId)
                        .setParameter("alias", alias.id)
                        .setParameter("address", alias.address)
                        .setParameter("user", viewer.user())
                        .setParameter("now", now.atOffset(ZoneOffset.UTC))
                        .setParameter("end", now.plus(GOOD_FOR).atOffset(ZoneOffset.UTC))
                        .executeUpdate())
                .chain(() -> mails.plan(
                        session,
                        new SystemMail(
                                alias.organizationId, viewer.user(), PURPOSE, alias.address, letter(alias, token))))
                .invoke(planned -> {
                    if (planned.isEmpty()) {
                        throw tooMany(DAY);
                    }
                })
                .replaceWithVoid();
    }

    /** The token stands behind the # of the link: what is there reaches no server's log. */
    private Letter letter(AliasRow alias, String token) {
        Letter.Draft letter = Letter.about("Share an address with colleagues?")
                .paragraph("Somebody in your organization wants to share the mail that is addressed to " + alias.address
                        + " with colleagues in Mailroom.");
        linkBase.ifPresentOrElse(
                base -> letter.paragraph(
                                "If mail to this address is yours to share and you agree, follow this link and log in.")
                        .link("Agree", confirmation(base, token)),
                () -> letter.paragraph("If mail to this address is yours to share and you agree, give this code to"
                        + " POST /v1/shared-addresses/confirm: " + token));
        return letter.paragraph("It is good for " + GOOD_FOR.toHours()
                        + " hours. If you do not agree, do nothing: nothing is shared then.")
                .end();
    }

    private static URI confirmation(URI base, String token) {
        String path = base.toString().replaceFirst("/+$", "") + "/shared-addresses/confirm";
        return URI.create(path + "#" + token);
    }

    /** The proof of a token within the organization, or a 404. */
    Uni<Proof> find(Mutiny.Session session, UUID organization, String token) {
        if (token.length() > TOKEN_MAX_CHARACTERS) {
            return Uni.createFrom().failure(Problems.notFound("The link"));
        }
        return session.createNativeQuery(FIND, Object[].class)
                .setParameter("digest", digest(token))
                .setParameter("organization", organization)
                .getSingleResultOrNull()
                .map(AddressProofs::proof);
    }

    /** Takes the agreement. @return fails with 409 {@code link-used} or {@code link-expired} */
    Uni<Void> use(Mutiny.Session session, Proof proof, String token) {
        Instant now = clock.instant();
        if (proof.used() != null) {
            throw Problems.conflict("link-used", "This link was followed before");
        }
        if (!now.isBefore(proof.end())) {
            throw Problems.conflict(
                    "link-expired", "This link is older than " + GOOD_FOR.toHours() + " hours; ask for another one");
        }
        return session.createNativeQuery(USE)
                .setParameter("digest", digest(token))
                .setParameter("now", now.atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid();
    }

    private void requireMail() {
        if (!mails.isOn()) {
            throw Problems.conflict(
                    "notices-not-configured",
                    "Sharing an address needs a mail to it, and this installation sends none: its operator has to set"
                            + " mailroom.notice.host and mailroom.notice.from (MAILROOM_NOTICE_HOST, MAILROOM_NOTICE_FROM)");
        }
    }

    private static void requireRoom(Object[] recent, Instant now) {
        Instant last = instant(recent[2]);
        if (last != null && last.plus(PAUSE).isAfter(now)) {
            throw tooMany(Duration.between(now, last.plus(PAUSE)));
        }
        Instant oldest = instant(recent[1]);
        if (((Number) recent[0]).longValue() >= PER_ACCOUNT_AND_DAY_MAX && oldest != null) {
            throw tooMany(Duration.between(now, oldest.plus(DAY)));
        }
    }

    private static ProblemException tooMany(Duration wait) {
        return Problems.tooManyRequests(
                "A link was mailed a moment ago, or too many within a day; look into the mailbox first. Nothing was saved",
                wait);
    }

    private static Proof proof(Object @Nullable [] found) {
        if (found == null) {
            throw Problems.notFound("The link");
        }
        Instant end = instant(found[3]);
        return new Proof(
                (UUID) found[0],
                (UUID) found[1],
                (String) found[2],
                end == null ? Instant.EPOCH : end,
                instant(found[4]));
    }

    private static @Nullable Instant instant(@Nullable Object time) {
        return switch (time) {
            case null -> null;
            case Instant instant -> instant;
            case java.time.OffsetDateTime zoned -> zoned.toInstant();
            default -> throw new IllegalStateException("not a time: " + time.getClass());
        };
    }

    private String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        }
    }
}
