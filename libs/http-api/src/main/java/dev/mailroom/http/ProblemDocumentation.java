package dev.mailroom.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Says in the description of an interface what every operation below /v1 can answer besides what it says itself: the problems of
 * {@link ProblemMappers}, in one schema.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ProblemDocumentation implements OASFilter {
    private static final String MEDIA_TYPE = "application/problem+json";
    private static final String PROBLEM = "Problem";
    private static final String FIELD_ERROR = "FieldError";

    /** Below 500 every problem tells what the caller can do about it; these can happen anywhere. */
    private static final Map<String, String> EVERYWHERE = new TreeMap<>(Map.of(
            "400", "The input is not valid: errors names each fault with its JSON pointer",
            "401", "A valid bearer token is needed",
            "403", "The token's roles or its user do not allow this",
            "429", "Too many requests: Retry-After says when to come back"));

    private static final String NOT_FOUND = "There is no such thing, or it belongs to another organization";
    private static final String TOO_LARGE = "The body is larger than this path takes";

    @Override
    public void filterOpenAPI(OpenAPI api) {
        Components components = api.getComponents() == null ? OASFactory.createComponents() : api.getComponents();
        api.setComponents(components);
        components.addSchema(FIELD_ERROR, fieldError());
        components.addSchema(PROBLEM, problem());
        Map<String, String> shared = new TreeMap<>(EVERYWHERE);
        shared.put("404", NOT_FOUND);
        shared.put("413", TOO_LARGE);
        shared.forEach((status, description) -> components.addResponse(
                PROBLEM + status,
                OASFactory.createAPIResponse().description(description).content(problemContent())));
        if (api.getPaths() != null && api.getPaths().getPathItems() != null) {
            api.getPaths().getPathItems().forEach((path, item) -> {
                if (path.startsWith("/v1/")) {
                    item.getOperations().forEach((method, operation) -> complete(path, method, operation));
                }
            });
        }
    }

    private static void complete(String path, PathItem.HttpMethod method, Operation operation) {
        APIResponses responses =
                operation.getResponses() == null ? OASFactory.createAPIResponses() : operation.getResponses();
        operation.setResponses(responses);
        EVERYWHERE.keySet().forEach(status -> addIfAbsent(responses, status));
        if (path.contains("{")) {
            addIfAbsent(responses, "404");
        }
        if (operation.getRequestBody() != null && method != PathItem.HttpMethod.GET) {
            addIfAbsent(responses, "413");
        }
        Map<String, APIResponse> all = responses.getAPIResponses();
        all.forEach((status, response) -> {
            if (isProblem(status) && response.getRef() == null && response.getContent() == null) {
                response.setContent(problemContent());
            } else if (isProblem(status) && response.getContent() != null) {
                describe(response.getContent());
            }
        });
        responses.setAPIResponses(new TreeMap<>(all));
    }

    /** What an operation says about its own problems stays; what it does not say about their form is added. */
    private static void describe(Content content) {
        MediaType problem = content.getMediaType(MEDIA_TYPE);
        if (problem != null && problem.getSchema() == null) {
            problem.setSchema(reference(PROBLEM));
        }
    }

    private static boolean isProblem(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    private static void addIfAbsent(APIResponses responses, String status) {
        if (responses.getAPIResponse(status) == null) {
            responses.addAPIResponse(
                    status, OASFactory.createAPIResponse().ref("#/components/responses/" + PROBLEM + status));
        }
    }

    private static Content problemContent() {
        return OASFactory.createContent()
                .addMediaType(MEDIA_TYPE, OASFactory.createMediaType().schema(reference(PROBLEM)));
    }

    private static Schema reference(String schema) {
        return OASFactory.createSchema().ref("#/components/schemas/" + schema);
    }

    private static Schema problem() {
        return object("An error (RFC 9457). A type may add members of its own.")
                .required(List.of("type", "title", "status"))
                .addProperty(
                        "type",
                        text("Stable: https://mailroom.dev/problems/<slug>").format("uri"))
                .addProperty("title", text("The same for every problem of the type"))
                .addProperty(
                        "status",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.INTEGER)
                                .description("The HTTP status"))
                .addProperty("detail", text("What happened this time and what can be done"))
                .addProperty(
                        "errors",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .description("Of invalid-input: every fault")
                                .items(reference(FIELD_ERROR)));
    }

    private static Schema fieldError() {
        return object("One fault of the input")
                .required(List.of("pointer", "message"))
                .addProperty(
                        "pointer",
                        text("JSON pointer (RFC 6901) into the body, ?name for a query parameter, #Name for a header"))
                .addProperty("message", text("What is wrong and what would be right"));
    }

    private static Schema object(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).description(description);
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }
}
