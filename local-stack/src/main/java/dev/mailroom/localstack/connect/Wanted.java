package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.MailroomApi;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox as the person named it, without its password.
 *
 * @param displayName null for the address
 * @param username null for what the provider wants, usually the address
 * @param imap null if it has to be found
 * @param smtp null if it has to be found
 */
record Wanted(
        String kind,
        String email,
        @Nullable String displayName,
        @Nullable String username,
        String history,
        @Nullable ServerOption imap,
        @Nullable ServerOption smtp) {

    boolean isComplete() {
        return imap != null && smtp != null;
    }

    Wanted withImap(ServerOption server) {
        return new Wanted(kind, email, displayName, username, history, server, smtp);
    }

    Wanted withSmtp(ServerOption server) {
        return new Wanted(kind, email, displayName, username, history, imap, server);
    }

    Wanted withUsername(String name) {
        return new Wanted(kind, email, displayName, name, history, imap, smtp);
    }

    /** The form of the HTTP interface. */
    ObjectNode toJson(String password) {
        ObjectNode form = MailroomApi.object();
        form.put("kind", kind)
                .put("display_name", displayName == null ? email : displayName)
                .put("email", email)
                .put("username", username)
                .put("password", password)
                .put("history", history)
                .put("sidebar", "pin_all");
        if (imap != null) {
            form.set("imap", imap.toJson());
        }
        if (smtp != null) {
            form.set("smtp", smtp.toJson());
        }
        form.putObject("sharing").put("mode", "personal");
        return form;
    }
}
