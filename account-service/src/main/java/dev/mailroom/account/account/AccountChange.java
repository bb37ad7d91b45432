package dev.mailroom.account.account;

import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.Secret;
import org.jspecify.annotations.Nullable;

/** A checked change; null leaves a field as it is. */
record AccountChange(
        @Nullable String displayName,
        @Nullable String username,
        @Nullable Secret password,
        @Nullable History history,
        @Nullable SharingChange sharing,
        @Nullable Sidebar sidebar,
        @Nullable Server imap,
        @Nullable Server smtp) {

    /** Whether it asks for anything at all; the servers are never changed. */
    boolean isEmpty() {
        return displayName == null && !isOfCredential() && history == null && sharing == null && sidebar == null;
    }

    boolean isOfSharingAlone() {
        return sharing != null
                && displayName == null
                && !isOfCredential()
                && history == null
                && sidebar == null
                && imap == null
                && smtp == null;
    }

    boolean isOfCredential() {
        return username != null || password != null;
    }
}
