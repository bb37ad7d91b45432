package dev.mailroom.account.safety;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may call what. A line is {@code METHOD path : roles : body}; the body, where one is taken, is right enough to get as far as the
 * subject. What stands in braces is taken from an organization where the test has one: {@code {id}} is an account below
 * {@code /v1/accounts}, and everything else is what it is called without {@code _id}.
 */
final class Endpoints {
    private static final String PEOPLE = "owner admin member";
    private static final String ALIAS = "{\"address\": \"x@example.com\", \"name\": \"X\"}";

    static final Map<String, Endpoint> TABLE = new LinkedHashMap<>();

    static {
        add("GET /v1/accounts", PEOPLE, null);
        add("POST /v1/accounts", PEOPLE, "{}");
        add("POST /v1/accounts/verify", PEOPLE, "{}");
        add("GET /v1/accounts/{id}", PEOPLE, null);
        add("PATCH /v1/accounts/{id}", PEOPLE, "{\"display_name\": \"taken over\"}");
        add("DELETE /v1/accounts/{id}", PEOPLE, null);
        add("POST /v1/accounts/{id}/pause", PEOPLE, "");
        add("POST /v1/accounts/{id}/resume", PEOPLE, "");
        add("POST /v1/accounts/{id}/reconnect", PEOPLE, "");
        add("GET /v1/accounts/{id}/credential", "service", null);
        add("GET /v1/accounts/{id}/aliases", PEOPLE, null);
        add("POST /v1/accounts/{id}/aliases", PEOPLE, ALIAS);
        add("GET /v1/accounts/{id}/aliases/{alias_id}", PEOPLE, null);
        add("PATCH /v1/accounts/{id}/aliases/{alias_id}", PEOPLE, "{\"name\": \"taken over\"}");
        add("DELETE /v1/accounts/{id}/aliases/{alias_id}", PEOPLE, null);
        add("PUT /v1/accounts/{id}/aliases/{alias_id}/mine", PEOPLE, "{\"name\": \"taken over\"}");
        add("POST /v1/accounts/{id}/aliases/{alias_id}/confirmation", PEOPLE, "");
        // A token is of one organization: SharedAddressTest tries it in another one.
        add("POST /v1/shared-addresses/confirm", PEOPLE, "{}");
        add("GET /v1/providers", PEOPLE, null);
        add("GET /v1/contacts", PEOPLE, null);
        add("POST /v1/contacts", PEOPLE, "{}");
        add("GET /v1/contacts/{id}", PEOPLE, null);
        add("PATCH /v1/contacts/{id}", PEOPLE, "{\"company\": \"taken over\"}");
        add("DELETE /v1/contacts/{id}", PEOPLE, null);
        add("GET /v1/contacts/export", PEOPLE, null);
        add("POST /v1/contacts/import", PEOPLE, "email\nx@example.com\n");
        add("GET /v1/contacts/imports", PEOPLE, null);
        add("GET /v1/contacts/imports/{id}", PEOPLE, null);
        add("GET /v1/teams", PEOPLE, null);
        add("POST /v1/teams", "owner admin", "{}");
        add("GET /v1/teams/{id}", PEOPLE, null);
        add("PATCH /v1/teams/{id}", "owner admin", "{\"name\": \"taken over\"}");
        add("DELETE /v1/teams/{id}", "owner admin", null);
        add("GET /v1/users", PEOPLE, null);
        add("POST /v1/users", "owner admin", "{}");
        add("GET /v1/users/{id}", PEOPLE, null);
        add("PATCH /v1/users/{id}", "owner admin", "{\"name\": \"taken over\"}");
        add("DELETE /v1/users/{id}", "owner admin", null);
        add("GET /v1/organization", PEOPLE, null);
        add("PATCH /v1/organization", "owner admin", "{}");
        add("PUT /v1/organizations/{id}/plan", "operator service", "{}");
        add("GET /v1/audit", "owner admin operator", null);
        add("GET /v1/vault/keys", "operator", null);
        add("POST /v1/vault/rotate", "operator", "");
        add("POST /v1/vault/keys/{id}/retire", "operator", "");
    }

    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");

    private Endpoints() {}

    /** One method of one path. */
    record Endpoint(
            String method,
            String path,
            Set<String> roles,
            @Nullable String body) {

        String contentType() {
            return path.endsWith("/import") ? "text/csv" : "application/json";
        }

        boolean namesSomethingOf(Set<String> kinds) {
            return PARAMETER.matcher(path).results().anyMatch(found -> kinds.contains(kind(found.group(1))));
        }

        /** The path with the ids that are there, and with ids of nothing for the others. */
        String filled(Map<String, Object> ids) {
            return PARAMETER
                    .matcher(path)
                    .replaceAll(found -> Matcher.quoteReplacement(String.valueOf(ids.getOrDefault(
                            kind(found.group(1)), path.startsWith("/v1/vault") ? 7 : UUID.randomUUID()))));
        }

        private String kind(String parameter) {
            if (!parameter.equals("id")) {
                return parameter.replaceAll("_id$", "");
            }
            String collection = path.substring("/v1/".length(), path.indexOf('/', "/v1/".length()));
            return collection.replaceAll("s$", "");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static List<Endpoint> all() {
        return List.copyOf(TABLE.values());
    }

    private static void add(String endpoint, String roles, @Nullable String body) {
        String[] parts = endpoint.split(" ");
        TABLE.put(endpoint, new Endpoint(parts[0], parts[1], Set.of(roles.split(" ")), body));
    }
}
