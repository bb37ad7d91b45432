package dev.mailroom.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Names what is wrong in a query: a parameter that the method does not have, and an id, number or flag that is none. An id in the path that
 * is none is nobody's address, and a key that is empty or given twice is no key.
 *
 * <p>Without it a misspelled parameter would be ignored, and with it a filter or a confirmation; and a request that is sent again with its
 * empty key would be done again.
 */
public class QueryCheck {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final int NAME_MAX_CHARACTERS = 100;

    private final Map<Method, Map<String, Class<?>>> known = new ConcurrentHashMap<>();
    private final Map<Method, Set<String>> pathIds = new ConcurrentHashMap<>();

    @ServerRequestFilter
    public void check(ContainerRequestContext request, ResourceInfo resource) {
        Map<String, List<String>> given = request.getUriInfo().getQueryParameters();
        if (given.isEmpty()) {
            return;
        }
        Map<String, Class<?>> parameters =
                known.computeIfAbsent(resource.getResourceMethod(), QueryCheck::parametersOf);
        List<FieldError> errors = new ArrayList<>();
        given.forEach((name, values) -> {
            Class<?> type = parameters.get(name);
            if (type == null) {
                errors.add(new FieldError("?" + cut(name), "is not a parameter here; known: " + names(parameters)));
            } else if (!values.stream().allMatch(value -> isOf(type, value))) {
                errors.add(new FieldError("?" + name, "must be " + wanted(type)));
            }
        });
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
    }

    @ServerRequestFilter
    public void checkPath(ContainerRequestContext request, ResourceInfo resource) {
        Set<String> ids = pathIds.computeIfAbsent(resource.getResourceMethod(), QueryCheck::pathIdsOf);
        for (String id : ids) {
            List<String> given = request.getUriInfo().getPathParameters().getOrDefault(id, List.of());
            if (!given.stream().allMatch(Ids::isId)) {
                throw ProblemMappers.ofStatus(404);
            }
        }
    }

    @ServerRequestFilter
    public void checkKey(HttpServerRequest request) {
        List<String> keys = request.headers().getAll(IdempotencyKey.HEADER);
        if (keys.size() > 1) {
            throw Problems.invalid("#" + IdempotencyKey.HEADER, "must be given once");
        }
        // A resource is given none where the header is empty.
        keys.forEach(IdempotencyKey::of);
    }

    private static Set<String> pathIdsOf(Method method) {
        return Arrays.stream(method.getParameters())
                .filter(parameter -> parameter.getType() == UUID.class)
                .flatMap(parameter -> Stream.ofNullable(parameter.getAnnotation(PathParam.class)))
                .map(PathParam::value)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, Class<?>> parametersOf(Method method) {
        Map<String, Class<?>> parameters = new TreeMap<>();
        for (Parameter parameter : method.getParameters()) {
            add(parameters, parameter.getAnnotations(), parameter.getName(), parameter.getType());
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                addFieldsOf(parameters, parameter.getType());
            }
        }
        return parameters;
    }

    private static void addFieldsOf(Map<String, Class<?>> parameters, Class<?> bean) {
        for (Class<?> type = bean; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                add(parameters, field.getAnnotations(), field.getName(), field.getType());
            }
        }
    }

    private static void add(Map<String, Class<?>> parameters, Annotation[] annotations, String name, Class<?> type) {
        for (Annotation annotation : annotations) {
            if (annotation instanceof QueryParam query) {
                parameters.put(query.value(), type);
            } else if (annotation instanceof RestQuery query) {
                parameters.put(query.value().isEmpty() ? name : query.value(), type);
            }
        }
    }

    private static boolean isOf(Class<?> type, String value) {
        if (type == UUID.class) {
            return Ids.isId(value);
        }
        if (type == boolean.class || type == Boolean.class) {
            return value.equals("true") || value.equals("false");
        }
        if (type == int.class || type == Integer.class) {
            return WHOLE_NUMBER.matcher(value).matches() && Long.parseLong(value) == (int) Long.parseLong(value);
        }
        return !(type == long.class || type == Long.class)
                || WHOLE_NUMBER.matcher(value).matches();
    }

    private static @Nullable String wanted(Class<?> type) {
        if (type == UUID.class) {
            return "a UUID";
        }
        return type == boolean.class || type == Boolean.class ? "true or false" : "a number";
    }

    private static String names(Map<String, Class<?>> parameters) {
        return parameters.isEmpty() ? "none" : String.join(", ", parameters.keySet());
    }

    private static String cut(String name) {
        return name.length() <= NAME_MAX_CHARACTERS ? name : name.substring(0, NAME_MAX_CHARACTERS) + "…";
    }
}
