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
    static final int FILENAME_MAX_CHARS = 200;

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
        String clean = CleanText.line(decoder.decoded(name), FILENAME_MAX_CHARS);
        String last = clean.substring(Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\')) + 1);
        return last.isEmpty() || last.equals("..") ? null : last;
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
