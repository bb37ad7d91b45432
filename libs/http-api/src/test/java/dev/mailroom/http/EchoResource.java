package dev.mailroom.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A resource that shows each convention once. */
@Path("/v1/echo")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class EchoResource {
    enum Colour {
        @JsonProperty("dark_red")
        DARK_RED,
        @JsonProperty("blue")
        BLUE
    }

    record Inner(@Min(1) @Max(65535) int portNumber) {}

    record Body(
            @NotBlank String displayName,
            @NotNull @Valid Inner innerPart,
            @Nullable Colour colour,
            @Nullable List<@Valid Inner> others,
            @Nullable UUID someId,
            @Nullable Instant at) {}

    private final Caller caller;

    @Inject
    EchoResource(Caller caller) {
        this.caller = caller;
    }

    /** The number of bytes that were read. */
    @POST
    @Path("/length")
    @Consumes(MediaType.TEXT_PLAIN)
    @RolesAllowed({Roles.MEMBER, Roles.ADMIN})
    public long length(InputStream body) throws IOException {
        return body.transferTo(OutputStream.nullOutputStream());
    }

    @POST
    @RolesAllowed({Roles.MEMBER, Roles.ADMIN})
    public Body post(@Valid @NotNull Body body) {
        return body;
    }

    @GET
    @Path("caller")
    @RolesAllowed({Roles.MEMBER, Roles.SERVICE})
    public Map<String, String> caller() {
        return Map.of(
                "organization",
                caller.organization().toString(),
                "user",
                caller.user().toString());
    }

    @GET
    @Path("numbers")
    @RolesAllowed(Roles.MEMBER)
    public Page<Integer> numbers(@BeanParam PageRequest page) {
        int from = page.after().map(Integer::parseInt).orElse(0);
        List<Integer> rows = IntStream.rangeClosed(from + 1, Math.min(120, from + page.limit() + 1))
                .boxed()
                .toList();
        return Page.of(rows, page.limit(), String::valueOf);
    }

    @GET
    @Path("query")
    @RolesAllowed(Roles.MEMBER)
    public Map<String, String> query(
            @QueryParam("some_id") @Nullable UUID id,
            @QueryParam("flag") boolean flag,
            @QueryParam("count") @DefaultValue("1") int count) {
        return Map.of("some_id", String.valueOf(id), "flag", String.valueOf(flag), "count", String.valueOf(count));
    }

    @GET
    @Path("key")
    @RolesAllowed(Roles.MEMBER)
    public Map<String, String> key(@HeaderParam(IdempotencyKey.HEADER) @Nullable String key) {
        return Map.of("key", IdempotencyKey.of(key).map(IdempotencyKey::value).orElse("none"));
    }

    @GET
    @Path("ids/{id}")
    @RolesAllowed(Roles.MEMBER)
    public Map<String, String> id(@PathParam("id") UUID id) {
        return Map.of("id", id.toString());
    }

    @GET
    @Path("broken")
    @RolesAllowed(Roles.MEMBER)
    public String broken() {
        throw new IllegalStateException("a secret detail");
    }

    @GET
    @Path("busy")
    @RolesAllowed(Roles.MEMBER)
    public String busy() {
        throw Problems.tooManyRequests("Wait a little", Duration.ofSeconds(7));
    }
}
