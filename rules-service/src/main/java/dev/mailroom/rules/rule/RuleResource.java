package dev.mailroom.rules.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.http.Caller;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Rules of the caller and of the caller's organization. */
@Path("/v1/rules")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "rules")
@RunOnVirtualThread
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
public class RuleResource {
    /** The order that is wanted: each rule of the scope once. */
    record OrderBody(@Nullable String scope, @Nullable List<UUID> rules) {}

    private final Rules rules;
    private final Caller caller;
    private final ObjectMapper json;

    RuleResource(Rules rules, Caller caller, ObjectMapper json) {
        this.rules = rules;
        this.caller = caller;
        this.json = json;
    }

    /** In the order in which they run; {@code scope} narrows. */
    @GET
    public Page<RuleView> list(@BeanParam PageRequest page, @QueryParam("scope") @Nullable String scope) {
        Scope only = scope == null ? null : scope("?scope", scope);
        return rules.list(Member.of(caller), only, page).map(RuleView::of);
    }

    @POST
    public RestResponse<RuleView> create(
            @Nullable RuleBody body, @HeaderParam(IdempotencyKey.HEADER) @Nullable String key) {
        Optional<Rules.Request> request = IdempotencyKey.of(key).map(given -> new Rules.Request(given, digest(body)));
        RuleView view = RuleView.of(rules.create(Member.of(caller), RuleReader.read(body), request));
        return ResponseBuilder.<RuleView>created(URI.create("/v1/rules/" + view.id()))
                .entity(view)
                .build();
    }

    @GET
    @Path("/{id}")
    public RuleView get(@PathParam("id") UUID id) {
        return RuleView.of(rules.get(Member.of(caller), id));
    }

    /** Replaces the whole rule but its scope. */
    @PUT
    @Path("/{id}")
    public RuleView replace(@PathParam("id") UUID id, @Nullable RuleBody body) {
        return RuleView.of(rules.replace(Member.of(caller), id, RuleReader.read(body)));
    }

    @DELETE
    @Path("/{id}")
    public void delete(@PathParam("id") UUID id) {
        rules.delete(Member.of(caller), id);
    }

    /** Gives the rules of a scope new positions, 10 apart, in the order of the list. */
    @POST
    @Path("/reorder")
    public void reorder(@Nullable OrderBody body) {
        if (body == null) {
            throw Problems.invalid("", "must be an order with scope and rules");
        }
        List<UUID> order = body.rules();
        if (order == null || order.size() > Rule.RULES_MAX || order.stream().anyMatch(id -> id == null)) {
            throw Problems.invalid("/rules", "must be a list of at most " + Rule.RULES_MAX + " ids");
        }
        rules.reorder(Member.of(caller), scope("/scope", body.scope()), order);
    }

    private static Scope scope(String pointer, @Nullable String scope) {
        return Optional.ofNullable(scope)
                .flatMap(Scope::of)
                .orElseThrow(() -> Problems.invalid(pointer, "must be personal or organization"));
    }

    private String digest(@Nullable RuleBody body) {
        try {
            byte[] written = json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(written));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON cannot be written as JSON", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
