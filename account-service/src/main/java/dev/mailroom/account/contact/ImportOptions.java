package dev.mailroom.account.contact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.http.Problems;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the sender says that a file is to be read. Everything may be left out.
 *
 * @param mapping fields by heading or by number of the column, the first is 1; sorted, so that equal ones read the same
 * @param header false if the first row is a contact already
 */
record ImportOptions(
        Optional<Charset> charset,
        Optional<Character> delimiter,
        Map<String, ContactField> mapping,
        boolean header,
        OnDuplicate onDuplicate) {

    /** Characters of the mapping as JSON. */
    private static final int MAPPING_MAX_CHARACTERS = 16 * 1024;

    private static final TypeReference<Map<String, @Nullable ContactField>> MAPPING = new TypeReference<>() {};

    /** @throws dev.mailroom.http.ProblemException 400 */
    static ImportOptions of(ImportParameters parameters, ObjectMapper json) {
        return new ImportOptions(
                Optional.ofNullable(parameters.charset).map(ImportOptions::charset),
                Optional.ofNullable(parameters.delimiter).map(ImportOptions::delimiter),
                parameters.mapping == null ? Map.of() : mapping(parameters.mapping, json),
                bool("header", parameters.header, true),
                onDuplicate(parameters.onDuplicate));
    }

    static boolean bool(String name, @Nullable String value, boolean otherwise) {
        return switch (value) {
            case null -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw Problems.invalid("?" + name, "must be true or false");
        };
    }

    /** Everything that decides what the file becomes, as text. */
    String described() {
        return charset.map(Charset::name).orElse("") + "\n"
                + delimiter.map(String::valueOf).orElse("") + "\n" + new TreeMap<>(mapping) + "\n" + header + "\n"
                + onDuplicate;
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw Problems.invalid("?charset", "must be a charset like utf-8, windows-1252 or utf-16");
        }
    }

    private static Character delimiter(String text) {
        return switch (text) {
            case ",", "comma" -> ',';
            case ";", "semicolon" -> ';';
            case "\t", "tab" -> '\t';
            default -> throw Problems.invalid("?delimiter", "must be comma, semicolon or tab");
        };
    }

    private static OnDuplicate onDuplicate(@Nullable String text) {
        return switch (text) {
            case null -> OnDuplicate.SKIP;
            case "skip" -> OnDuplicate.SKIP;
            case "update" -> OnDuplicate.UPDATE;
            default -> throw Problems.invalid("?on_duplicate", "must be one of skip, update");
        };
    }

    private static Map<String, ContactField> mapping(String text, ObjectMapper json) {
        if (text.length() > MAPPING_MAX_CHARACTERS) {
            throw Problems.invalid("?mapping", "must have at most " + MAPPING_MAX_CHARACTERS + " characters");
        }
        Map<String, ContactField> mapping = new TreeMap<>();
        try {
            Map<String, @Nullable ContactField> read = json.readValue(text, MAPPING);
            if (read != null) {
                read.forEach((column, field) -> mapping.put(column, field == null ? ContactField.IGNORE : field));
            }
            return mapping;
        } catch (JsonProcessingException e) {
            throw Problems.invalid(
                    "?mapping",
                    "must be a JSON object like {\"Surname\": \"last_name\"}; the fields are name, first_name,"
                            + " middle_name, last_name, email, phone, company, job_title, notes and ignore");
        }
    }
}
