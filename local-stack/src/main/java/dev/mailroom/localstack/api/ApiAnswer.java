package dev.mailroom.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a service answered.
 *
 * @param status HTTP status code
 * @param body JSON; a missing node where there was none
 */
public record ApiAnswer(int status, JsonNode body) {

    private static final int SUCCESS_MIN = 200;
    private static final int SUCCESS_MAX = 299;

    public boolean isSuccess() {
        return status >= SUCCESS_MIN && status <= SUCCESS_MAX;
    }

    /** A problem (RFC 9457) in one line. */
    public String problem() {
        String title = body.path("title").asText("HTTP " + status);
        String detail = body.path("detail").asText("");
        return detail.isEmpty() ? title : title + ": " + detail;
    }
}
