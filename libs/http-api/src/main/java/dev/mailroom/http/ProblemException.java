package dev.mailroom.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** An answer that is not the one hoped for: an RFC 9457 problem. Made by {@link Problems}. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String TYPE_PREFIX = "https://mailroom.dev/problems/";

    private final int status;
    private final String slug;
    private final String title;
    private final transient SequencedMap<String, Object> extensions = new LinkedHashMap<>();
    private final transient SequencedMap<String, String> headers = new LinkedHashMap<>();

    /**
     * @param status HTTP status, 400..599
     * @param slug the last part of the type, stable
     * @param title the same for every problem of this type
     * @param detail what happened this time and what the caller can do
     */
    public ProblemException(int status, String slug, String title, String detail) {
        super(detail);
        this.status = status;
        this.slug = slug;
        this.title = title;
    }

    /** Adds an extension member (RFC 9457 section 3.2). */
    public ProblemException with(String member, Object value) {
        extensions.put(member, value);
        return this;
    }

    /** Adds a response header. */
    public ProblemException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    public String slug() {
        return slug;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The JSON object of the answer. */
    public Map<String, Object> body() {
        SequencedMap<String, Object> body = new LinkedHashMap<>();
        body.put("type", TYPE_PREFIX + slug);
        body.put("title", title);
        body.put("status", status);
        String detail = getMessage();
        if (detail != null) {
            body.put("detail", detail);
        }
        body.putAll(extensions);
        return body;
    }
}
