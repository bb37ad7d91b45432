package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.RuleEvent.ActionOutcome;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.rules.account.Accounts;
import dev.mailroom.rules.account.KnownAccount;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.condition.Effort;
import dev.mailroom.rules.condition.Matcher;
import dev.mailroom.rules.condition.TooMuchEffortException;
import dev.mailroom.rules.condition.Trace;
import dev.mailroom.rules.rule.Member;
import dev.mailroom.rules.rule.Rule;
import dev.mailroom.rules.rule.Rules;
import dev.mailroom.rules.rule.RulesInForce;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Asks a rule about a message without doing anything. */
@Path("/v1/rules/{id}/test")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "rules")
@RunOnVirtualThread
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
public class RuleTestResource {
    /**
     * The message, and where it is supposed to be.
     *
     * @param account null where it does not matter
     * @param mailbox path from the top down; the inbox where null
     * @param spam whether the provider would have filed it as junk
     */
    record TestBody(
            @Nullable Message message,
            @Nullable UUID account,
            @Nullable List<String> mailbox,
            @Nullable Boolean spam,
            @Nullable Boolean providerFiled) {}

    /**
     * @param matched whether the conditions are true
     * @param wouldRun whether the rule would do something: it is enabled, not broken, and sees this mailbox
     * @param reason why it would not run although it matched, else empty
     * @param textTruncated whether the conditions saw only the beginning of the text
     */
    record TestView(
            boolean matched,
            boolean wouldRun,
            String reason,
            Trace trace,
            List<ActionOutcome> actions,
            boolean textTruncated) {}

    /** @param unseen whether the rule does not see the account that was given */
    private record Known(Rule rule, List<UUID> missing, boolean unseen, boolean ownSender) {}

    private final Transactions transactions;
    private final Rules rules;
    private final Accounts accounts;
    private final EvaluationConfig config;
    private final Caller caller;

    RuleTestResource(
            Transactions transactions, Rules rules, Accounts accounts, EvaluationConfig config, Caller caller) {
        this.transactions = transactions;
        this.rules = rules;
        this.accounts = accounts;
        this.config = config;
        this.caller = caller;
    }

    @POST
    public TestView test(@PathParam("id") UUID id, @Nullable TestBody body) {
        if (body == null) {
            throw Problems.invalid("", "must be an object with a message");
        }
        Message message = body.message();
        if (message == null) {
            throw Problems.invalid("/message", "is missing");
        }
        Member member = Member.of(caller);
        Known known = transactions.inTransaction(session -> known(session, member, id, body.account(), message));
        boolean spam = Boolean.TRUE.equals(body.spam());
        MessageFacts facts = new MessageFacts(message, place(body, spam));
        Trace trace;
        try {
            trace = Matcher.trace(known.rule().condition(), facts, new Effort(config.patternStepsMax()));
        } catch (TooMuchEffortException e) {
            throw Problems.unprocessable("rule-too-costly", "The patterns of this rule cost more than one message may");
        }
        String reason = reason(known, spam);
        return new TestView(
                trace.matched(),
                trace.matched() && reason.isEmpty(),
                reason,
                trace,
                trace.matched() ? outcomes(known, message, spam) : List.of(),
                message.textTruncated());
    }

    private Uni<Known> known(Mutiny.Session session, Member member, UUID id, @Nullable UUID account, Message message) {
        return rules.find(session, member, id).chain(rule -> {
            Set<UUID> named = new HashSet<>(rule.accounts());
            if (account != null) {
                named.add(account);
            }
            return accounts.existing(session, member.organization(), named).chain(existing -> {
                List<UUID> missing =
                        RulesInForce.missing(rule, existing).stream().sorted().toList();
                KnownAccount given = account == null ? null : existing.get(account);
                if (account != null && (given == null || !(member.manager() || given.isKnownTo(member.user())))) {
                    throw Problems.invalid("/account", "is not an account of the organization");
                }
                boolean unseen = given != null && !rule.sees(given);
                return ownSender(session, member, message).map(own -> new Known(rule, missing, unseen, own));
            });
        });
    }

    private Uni<Boolean> ownSender(Mutiny.Session session, Member member, Message message) {
        return ResponsePlan.refusal(message, null).isPresent()
                ? Uni.createFrom().item(false)
                : accounts.isOwnAddress(session, member.organization(), ResponsePlan.senderOf(message));
    }

    private static MessageFacts.Place place(TestBody body, boolean spam) {
        List<String> path = body.mailbox();
        if (path != null && (path.isEmpty() || path.stream().anyMatch(level -> level == null || level.isEmpty()))) {
            throw Problems.invalid("/mailbox", "must be a list of at least one name");
        }
        Mailbox mailbox = new Mailbox(
                new UUID(0, 0),
                path == null ? List.of("INBOX") : path,
                spam ? MailboxRole.JUNK : path == null ? MailboxRole.INBOX : null);
        return new MessageFacts.Place(body.account(), mailbox, Boolean.TRUE.equals(body.providerFiled()));
    }

    private static String reason(Known known, boolean spam) {
        String fault = known.rule().fault();
        if (fault != null) {
            return "the rule is broken: " + fault;
        }
        if (!known.missing().isEmpty()) {
            return "the rule is broken: account " + known.missing().getFirst() + " does not exist";
        }
        if (!known.rule().enabled()) {
            return "the rule is disabled";
        }
        if (known.unseen()) {
            return "rules of scope " + known.rule().scope().json() + " do not see this account";
        }
        return spam && !RulePass.asksForJunk(known.rule()) ? "the rule does not ask for junk mail" : "";
    }

    private static List<ActionOutcome> outcomes(Known known, Message message, boolean spam) {
        List<ActionOutcome> outcomes = new ArrayList<>();
        for (Action action : known.rule().actions()) {
            Optional<String> refusal = action instanceof Action.SendResponse
                    ? ResponsePlan.refusal(message, spam ? MailboxRole.JUNK : null)
                            .or(() -> known.ownSender()
                                    ? Optional.of("the sender is an address of the organization")
                                    : Optional.empty())
                    : Optional.empty();
            outcomes.add(new ActionOutcome(action.type(), refusal.isPresent() ? "skipped" : "ok", refusal.orElse("")));
        }
        return outcomes;
    }
}
