package dev.mailroom.account.account;

import dev.mailroom.account.verification.HostName;
import dev.mailroom.account.verification.Leg;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.contracts.AccountState.Sharing;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import dev.mailroom.http.StrictText;
import dev.mailroom.mailclient.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks every field of a request and names all that is wrong at once. One instance checks one request. */
final class FormCheck {
    private final List<FieldError> errors = new ArrayList<>();

    private FormCheck() {}

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static AccountForm connect(ConnectRequest request) {
        FormCheck check = new FormCheck();
        var kind = check.required("/kind", request.kind());
        String displayName = check.displayName(check.required("/display_name", request.displayName()));
        String email = check.email(check.required("/email", request.email()));
        String username = check.username(request.username() == null ? email : request.username());
        Secret password = check.password(check.required("/password", request.password()));
        Server imap = check.server(Leg.IMAP, check.required("/imap", request.imap()));
        Server smtp = check.server(Leg.SMTP, check.required("/smtp", request.smtp()));
        SharingChange sharing = request.sharing() == null ? SharingChange.personal() : check.sharing(request.sharing());
        check.fail();
        return new AccountForm(
                Objects.requireNonNull(kind),
                Objects.requireNonNull(displayName),
                Objects.requireNonNull(email),
                Objects.requireNonNull(username),
                Objects.requireNonNull(password),
                Objects.requireNonNull(imap),
                Objects.requireNonNull(smtp),
                request.history() == null ? AccountForm.HISTORY_DEFAULT : request.history(),
                sharing.after(Sharing.personal()),
                request.sidebar() == null ? Sidebar.PIN_ALL : request.sidebar());
    }

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static AccountChange change(ChangeRequest request) {
        FormCheck check = new FormCheck();
        String displayName = request.displayName() == null ? null : check.displayName(request.displayName());
        String username = request.username() == null ? null : check.username(request.username());
        Secret password = request.password() == null ? null : check.password(request.password());
        SharingChange sharing = request.sharing() == null ? null : check.sharing(request.sharing());
        Server imap = request.imap() == null ? null : check.server(Leg.IMAP, request.imap());
        Server smtp = request.smtp() == null ? null : check.server(Leg.SMTP, request.smtp());
        check.fail();
        return new AccountChange(
                displayName, username, password, request.history(), sharing, request.sidebar(), imap, smtp);
    }

    private void fail() {
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
    }

    private <T> @Nullable T required(String pointer, @Nullable T value) {
        return value == null ? this.<T>wrong(pointer, "is required") : value;
    }

    private <T> @Nullable T wrong(String pointer, String message) {
        errors.add(new FieldError(pointer, message));
        return null;
    }

    private @Nullable String displayName(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String name = value.strip();
        if (name.isEmpty()) {
            return wrong("/display_name", "must not be blank");
        }
        return text("/display_name", name, AccountForm.DISPLAY_NAME_MAX_CHARACTERS);
    }

    private @Nullable String username(@Nullable String value) {
        if (value == null) {
            return null;
        }
        if (value.isBlank()) {
            return wrong("/username", "must not be blank; leave it out to use the email address");
        }
        return text("/username", value, AccountForm.USERNAME_MAX_CHARACTERS);
    }

    private @Nullable String email(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String email = value.strip();
        int at = email.lastIndexOf('@');
        boolean spaces = email.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
        if (at < 1
                || at == email.length() - 1
                || spaces
                || "<>,;\"()[]\\".chars().anyMatch(c -> email.indexOf(c) >= 0)) {
            return wrong("/email", "must be an email address like ana@example.com");
        }
        if (at > AccountForm.EMAIL_LOCAL_PART_MAX_CHARACTERS || email.indexOf('@') != at) {
            return wrong("/email", "must have one @ with 1 to 64 characters before it");
        }
        try {
            HostName.canonicalDomain(email.substring(at + 1));
        } catch (IllegalArgumentException e) {
            return wrong("/email", "must have a domain name behind the @ (" + e.getMessage() + ")");
        }
        return text("/email", MailboxNames.spelledAddress(email), AccountForm.EMAIL_MAX_CHARACTERS);
    }

    private @Nullable Secret password(@Nullable Secret value) {
        if (value == null) {
            return null;
        }
        byte[] bytes = value.utf8();
        try {
            if (bytes.length == 0 || bytes.length > AccountForm.PASSWORD_MAX_BYTES) {
                return wrong("/password", "must have 1 to " + AccountForm.PASSWORD_MAX_BYTES + " bytes");
            }
            for (byte b : bytes) {
                if (b == 0 || b == '\r' || b == '\n') {
                    return wrong("/password", "must not hold line breaks or NUL");
                }
            }
            return value;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private @Nullable Server server(Leg leg, @Nullable ServerRequest request) {
        if (request == null) {
            return null;
        }
        String at = leg == Leg.IMAP ? "/imap" : "/smtp";
        String named = required(at + "/host", request.host());
        String host = named == null ? null : host(at + "/host", named);
        Integer asked = request.port();
        if (asked != null && (asked < 1 || asked > AccountForm.PORT_MAX)) {
            return wrong(at + "/port", "must be a number from 1 to " + AccountForm.PORT_MAX);
        }
        Encryption encryption = request.encryption() != null
                ? request.encryption()
                : AccountForm.encryptionOf(leg, asked == null ? 0 : asked);
        int port = asked == null ? AccountForm.portOf(leg, encryption) : asked;
        return host == null ? null : new Server(host, port, encryption);
    }

    private @Nullable String host(String pointer, String value) {
        try {
            return HostName.canonical(value);
        } catch (IllegalArgumentException e) {
            return wrong(pointer, String.valueOf(e.getMessage()));
        }
    }

    private SharingChange sharing(SharingRequest request) {
        SharingRequest.Mode mode = required("/sharing/mode", request.mode());
        List<UUID> users = request.users() == null ? List.of() : request.users();
        if (users.size() > AccountForm.SHARED_USERS_MAX) {
            wrong("/sharing/users", "must have at most " + AccountForm.SHARED_USERS_MAX + " users");
        }
        if (users.stream().anyMatch(Objects::isNull)) {
            wrong("/sharing/users", "must not hold null");
        }
        boolean everyone = Boolean.TRUE.equals(request.everyone());
        boolean named = request.team() != null || !users.isEmpty();
        if (mode == SharingRequest.Mode.PERSONAL) {
            if (named || everyone || request.delivery() != null) {
                wrong("/sharing", "a personal account has no team, users, everyone or delivery");
            }
            return SharingChange.personal();
        }
        if (everyone && named) {
            wrong("/sharing/everyone", "must not be true where a team or users are named");
        }
        boolean people = named || request.users() != null || request.everyone() != null;
        if (people && !named && !everyone) {
            wrong("/sharing/users", "names nobody: name users or a team, or say everyone");
        }
        SharingRequest.Delivery delivery = request.delivery();
        return errors.isEmpty()
                ? new SharingChange(
                        true,
                        people,
                        request.team(),
                        users.stream().distinct().toList(),
                        delivery == null ? null : delivery.name().toLowerCase(Locale.ROOT))
                : SharingChange.personal();
    }

    private @Nullable String text(String pointer, String value, int max) {
        if (value.length() > max) {
            return wrong(pointer, "must have at most " + max + " characters");
        }
        return StrictText.isPlainLine(value)
                ? value
                : this.<String>wrong(pointer, "must not hold control characters, line breaks or invisible characters");
    }
}
