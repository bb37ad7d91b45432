package dev.mailroom.rules.log;

import dev.mailroom.contracts.RuleEvent;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Roles;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.rules.rule.Member;
import dev.mailroom.rules.rule.Rules;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a rule did, newest first. */
@Path("/v1/rules/{id}/runs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "rules")
@RunOnVirtualThread
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
public class RuleRunResource {
    /**
     * A run as it is answered.
     *
     * @param matched JSON pointers into the rule's condition as it was then
     */
    record RunView(
            UUID id,
            UUID event,
            UUID account,
            UUID message,
            UUID conversation,
            String outcome,
            String reason,
            List<String> matched,
            List<RuleEvent.ActionOutcome> actions,
            long durationMicros,
            Instant at) {
        static RunView of(RuleRun run) {
            return new RunView(
                    run.id(),
                    run.event(),
                    run.account(),
                    run.message(),
                    run.conversation(),
                    run.outcome().json(),
                    run.reason(),
                    run.matched(),
                    run.actions(),
                    run.durationMicros(),
                    run.at());
        }
    }

    private final Transactions transactions;
    private final Rules rules;
    private final RuleRuns runs;
    private final Caller caller;

    RuleRunResource(Transactions transactions, Rules rules, RuleRuns runs, Caller caller) {
        this.transactions = transactions;
        this.rules = rules;
        this.runs = runs;
        this.caller = caller;
    }

    @GET
    public Page<RunView> list(@PathParam("id") UUID rule, @BeanParam PageRequest page) {
        Member member = Member.of(caller);
        int limit = page.limit();
        RuleRuns.Position after = page.after().map(RuleRunResource::position).orElse(null);
        List<RuleRun> rows = transactions.inTransaction(session -> rules.find(session, member, rule)
                .chain(() -> runs.page(session, member.organization(), rule, after, limit + 1)));
        return Page.of(rows, limit, run -> run.at() + " " + run.id()).map(RunView::of);
    }

    private static RuleRuns.Position position(String cursor) {
        String[] parts = cursor.split(" ", 2);
        if (parts.length != 2) {
            throw PageRequest.badCursor();
        }
        try {
            return new RuleRuns.Position(Instant.parse(parts[0]), Ids.parse(parts[1]));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}
