package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;

/** Where to log in and as whom; the password travels apart. */
public record MailboxLogin(Kind kind, String email, String username, Server imap, Server smtp) {}
