package dev.mailroom.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every exception that leaves a resource becomes an RFC 9457 problem; none tells more than the caller may know. */
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    static final String MEDIA_TYPE = "application/problem+json";

    @ServerExceptionMapper
    public Response problem(ProblemException problem) {
        Response.ResponseBuilder response =
                Response.status(problem.status()).type(MEDIA_TYPE).entity(problem.body());
        problem.headers().forEach(response::header);
        return response.build();
    }

    @ServerExceptionMapper(priority = 1)
    public Response unreadable(MismatchedInputException e) {
        return problem(unreadableField(e));
    }

    @ServerExceptionMapper(priority = 1)
    public Response unreadable(JacksonException e) {
        if (e.getCause() instanceof ProblemException whileReading) {
            return problem(whileReading);
        }
        return problem(e instanceof JsonMappingException mapping ? unreadableField(mapping) : notJson(e));
    }

    @ServerExceptionMapper(priority = 1)
    public Response violated(ConstraintViolationException e) {
        List<FieldError> errors = e.getConstraintViolations().stream()
                .map(violation -> new FieldError(pointer(violation), violation.getMessage()))
                .sorted(Comparator.comparing(FieldError::pointer).thenComparing(FieldError::message))
                .toList();
        return problem(Problems.invalid(errors));
    }

    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    public Response unauthorized() {
        return problem(new ProblemException(
                        401,
                        "unauthorized",
                        "Unauthorized",
                        "A valid bearer token is needed: Authorization: Bearer <JWT>")
                .header("WWW-Authenticate", "Bearer"));
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e) {
        return problem(Problems.forbidden("role-required", "The token's roles do not allow this"));
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException e) {
        // Errors come wrapped when a body is read for a blocking method.
        if (e.getCause() instanceof JacksonException json) {
            return unreadable(json);
        }
        int status = e.getResponse().getStatus();
        if (status >= 500) {
            return unexpected(e);
        }
        if (status < 400) {
            return e.getResponse();
        }
        return problem(ofStatus(status));
    }

    /** The problem for a status that says all there is to say. */
    static ProblemException ofStatus(int status) {
        return switch (status) {
            case 404 -> new ProblemException(404, "not-found", "Not found", "There is nothing at this address");
            case 405 ->
                new ProblemException(
                        405, "method-not-allowed", "Method not allowed", "This address takes other methods");
            case 406 ->
                new ProblemException(
                        406, "not-acceptable", "Not acceptable", "The answer is JSON: Accept: application/json");
            case 413 -> new ProblemException(413, "too-large", "Too large", "The body is larger than allowed");
            case 415 ->
                new ProblemException(
                        415,
                        "unsupported-media-type",
                        "Unsupported media type",
                        "This address takes another Content-Type, mostly application/json");
            default -> new ProblemException(status, "invalid-request", "Invalid request", "The request is not valid");
        };
    }

    @ServerExceptionMapper
    public Response any(Throwable e) {
        return e instanceof Exception exception ? unexpected(exception) : unexpected(new IllegalStateException(e));
    }

    private Response unexpected(Exception e) {
        String id = UUID.randomUUID().toString();
        LOG.errorf(e, "request failed incident=%s", id);
        return problem(new ProblemException(
                        500,
                        "internal-error",
                        "Internal error",
                        "Something went wrong here; quote the incident to support")
                .with("incident", id));
    }

    private static ProblemException notJson(JacksonException e) {
        return Problems.invalid("", syntax(e));
    }

    /** What is wrong with the text itself. */
    private static String syntax(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return "the body is nested deeper than " + StrictJson.DEPTH_MAX
                    + " levels, or has a number or a name that is too long" + where(e);
        }
        if (e instanceof InputCoercionException) {
            return "must be a number of a usual size" + where(e);
        }
        boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
        return (twice ? "the body has a field twice" : "the body is not JSON") + where(e);
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private static ProblemException unreadableField(JsonMappingException e) {
        String message =
                switch (e) {
                    case JsonMappingException wrapped
                    when wrapped.getCause() instanceof JacksonException inside -> syntax(inside);
                    case UnrecognizedPropertyException unknown -> "is not a field here; known: " + known(unknown);
                    case MismatchedInputException mismatch -> "must be " + wanted(mismatch);
                    default -> "cannot be read";
                };
        return Problems.invalid(pointer(e), message);
    }

    private static String known(UnrecognizedPropertyException e) {
        Collection<Object> names = e.getKnownPropertyIds();
        return names == null
                ? "none"
                : String.join(", ", names.stream().map(String::valueOf).sorted().toList());
    }

    private static String wanted(MismatchedInputException e) {
        Class<?> type = e.getTargetType();
        if (type == null) {
            return "of another type";
        }
        if (type.isEnum()) {
            return "one of " + enumValues(type);
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (java.time.temporal.Temporal.class.isAssignableFrom(type)) {
            return "an RFC 3339 time";
        }
        if (type == String.class) {
            return StrictText.NOT_WHOLE.equals(e.getOriginalMessage())
                    ? "text without NUL and half characters"
                    : "text";
        }
        return "an object";
    }

    private static String enumValues(Class<?> type) {
        StringBuilder values = new StringBuilder();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            String wire = name.toLowerCase(java.util.Locale.ROOT);
            try {
                var property = type.getField(name).getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class);
                wire = property == null ? wire : property.value();
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
            values.append(values.isEmpty() ? "" : ", ").append(wire);
        }
        return values.toString();
    }

    private static String pointer(JsonMappingException e) {
        StringBuilder pointer = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            pointer.append('/')
                    .append(
                            step.getFieldName() == null
                                    ? Integer.toString(step.getIndex())
                                    : escaped(step.getFieldName()));
        }
        return pointer.toString();
    }

    /** A name within a JSON pointer (RFC 6901 section 3). */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** The path of a violation below the method's parameter, in the names of the JSON. */
    private static String pointer(ConstraintViolation<?> violation) {
        StringBuilder pointer = new StringBuilder();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.METHOD || node.getKind() == ElementKind.PARAMETER) {
                continue;
            }
            if (node.isInIterable() && node.getIndex() != null) {
                pointer.append('/').append(node.getIndex());
            }
            if (node.getKind() == ElementKind.PROPERTY && node.getName() != null) {
                pointer.append('/').append(snakeCase(node.getName()));
            }
        }
        return pointer.toString();
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
    }
}
