package dev.mailroom.sync.mailbox;

import com.fasterxml.jackson.annotation.JsonSetter;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a person changes of a mailbox; what is not named stays. A role of null means: none. */
public final class MailboxChange {
    private @Nullable String role;

    @Schema(hidden = true)
    private boolean roleGiven;

    private @Nullable Boolean pinned;

    @JsonSetter("role")
    public void role(@Nullable String value) {
        role = value;
        roleGiven = true;
    }

    @JsonSetter("pinned")
    public void pinned(@Nullable Boolean value) {
        pinned = value;
    }

    @Nullable
    String role() {
        return role;
    }

    boolean roleGiven() {
        return roleGiven;
    }

    @Nullable
    Boolean pinned() {
        return pinned;
    }
}
