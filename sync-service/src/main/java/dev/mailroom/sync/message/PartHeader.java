package dev.mailroom.sync.message;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.MimeParameterMapping;
import org.jspecify.annotations.Nullable;

/** What a body part says of itself: file name and disposition. */
final class PartHeader {
    /** Parameters of a field that are looked at (RFC 2231 cuts a long value into many). */
    private static final int PARAMETERS_MAX = 200;

    private final Map<String, String> fields = new HashMap<>();

    void keep(String name, String text) {
        fields.putIfAbsent(name.toLowerCase(Locale.ROOT), text);
    }

    boolean isAttachment() {
        String disposition = fields.get("content-disposition");
        return disposition != null && disposition.toLowerCase(Locale.ROOT).startsWith("attachment");
    }

    /** The file name of Content-Disposition, else the name of Content-Type; cleaned of paths and control characters. */
    @Nullable
    String filename(HeaderFields decoder) {
        String name = parameter("content-disposition", "filename");
        if (name == null) {
            name = parameter("content-type", "name");
        }
        if (name == null) {
            return null;
        }
        return FileName.clean(decoder.decoded(name));
    }

    /** The word before the parameters of Content-Disposition. */
    @Nullable
    String disposition(int max) {
        String text = fields.get("content-disposition");
        if (text == null) {
            return null;
        }
        int end = text.indexOf(';');
        String word = CleanText.line((end < 0 ? text : text.substring(0, end)).toLowerCase(Locale.ROOT), max);
        return word.isEmpty() ? null : word;
    }

    /** Without angle brackets; null if it is absent or longer than an id may be. */
    @Nullable
    String contentId() {
        String text = fields.get("content-id");
        String id = text == null ? "" : CleanText.line(text, MessageIds.ID_MAX_CHARS + 1);
        if (id.startsWith("<") && id.endsWith(">")) {
            id = id.substring(1, id.length() - 1);
        }
        return id.isEmpty() || id.length() >= MessageIds.ID_MAX_CHARS ? null : id;
    }

    private @Nullable String parameter(String field, String parameter) {
        String text = fields.get(field);
        if (text == null) {
            return null;
        }
        RawBody body = RawFieldParser.DEFAULT.parseRawBody(new RawField(field, text));
        MimeParameterMapping mapping = new MimeParameterMapping();
        try {
            body.getParams().stream()
                    .limit(PARAMETERS_MAX)
                    .forEach((NameValuePair pair) ->
                            mapping.addParameter(pair.getName(), pair.getValue() == null ? "" : pair.getValue()));
            return mapping.get(parameter);
        } catch (RuntimeException unreadable) {
            // The library throws various unchecked exceptions for broken RFC 2231 segments; the name is a nicety.
            return null;
        }
    }
}
