package dev.mailroom.sync.message;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.james.mime4j.stream.Field;
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

    private static final String TYPE = "content-type";
    private static final String DISPOSITION = "content-disposition";
    private static final String ID = "content-id";
    private static final String ATTACHMENT = "attachment";

    /** The library reads the encoding; nothing of it is looked at here. */
    private static final Set<String> OF_PARTS = Set.of(TYPE, DISPOSITION, ID, "content-transfer-encoding");

    private final Map<String, String> fields = new HashMap<>();
    private boolean unsaid;

    /**
     * Counts a field and keeps what is looked at. What does not say what it is, because a limit left that out, is an attachment and never a
     * text.
     *
     * @return false if a limit leaves the field out
     */
    boolean take(Field field, HeaderFields counts) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (!OF_PARTS.contains(name)) {
            return counts.take(field);
        }
        boolean taken = counts.takeOfPart(field);
        if (taken) {
            fields.putIfAbsent(name, HeaderFields.text(field));
        } else if (!fields.containsKey(name)) {
            unsaid |= name.equals(TYPE) || name.equals(DISPOSITION);
        }
        return taken;
    }

    boolean isAttachment() {
        String disposition = fields.get(DISPOSITION);
        return unsaid
                || (disposition != null && disposition.toLowerCase(Locale.ROOT).startsWith(ATTACHMENT));
    }

    /** The file name of Content-Disposition, else the name of Content-Type; cleaned of paths and control characters. */
    @Nullable
    String filename(HeaderFields decoder) {
        String name = parameter(DISPOSITION, "filename");
        if (name == null) {
            name = parameter(TYPE, "name");
        }
        if (name == null) {
            return null;
        }
        return FileName.clean(decoder.decoded(name));
    }

    /** The word before the parameters of Content-Disposition. */
    @Nullable
    String disposition(int max) {
        String text = fields.get(DISPOSITION);
        if (unsaid) {
            return ATTACHMENT;
        }
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
        String text = fields.get(ID);
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
