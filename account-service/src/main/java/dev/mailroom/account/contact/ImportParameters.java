package dev.mailroom.account.contact;

import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The query parameters of an import. */
public class ImportParameters {
    @Parameter(description = "Of the file; found out where it is left out", example = "windows-1252")
    @QueryParam("charset")
    @Nullable
    String charset;

    @Parameter(description = "comma, semicolon or tab; found out where it is left out", example = "semicolon")
    @QueryParam("delimiter")
    @Nullable
    String delimiter;

    @Parameter(
            description =
                    "JSON object: heading or number of a column to name, first_name, middle_name, last_name, email,"
                            + " phone, company, job_title, notes or ignore. Columns it does not name are recognized by their heading",
            example = "{\"Surname\": \"last_name\", \"4\": \"email\"}")
    @QueryParam("mapping")
    @Nullable
    String mapping;

    @Parameter(description = "false if the first row is a contact already", example = "true")
    @QueryParam("header")
    @Nullable
    String header;

    @Parameter(
            description = "What becomes of a row whose address a contact already has: skip (default) or update",
            example = "update")
    @QueryParam("on_duplicate")
    @Nullable
    String onDuplicate;

    @Parameter(description = "true: show what would be read and save nothing", example = "true")
    @QueryParam("preview")
    @Nullable
    String preview;
}
