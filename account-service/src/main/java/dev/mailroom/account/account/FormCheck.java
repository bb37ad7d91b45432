package dev.mailroom.account.account;

import dev.mailroom.account.verification.Leg;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.contracts.AccountState.Sharing;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.Secret;
import java.net.IDN;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks every field of a request and names all that is wrong at once. One instance checks one request. */
final class FormCheck {
    private static final Pattern HOST_LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]{2,45}");

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
        Sharing sharing = check.sharing(request.sharing());
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
                sharing,
                request.sidebar() == null ? Sidebar.PIN_ALL : request.sidebar());
    }

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static AccountChange change(ChangeRequest request) {
        FormCheck check = new FormCheck();
        String displayName = request.displayName() == null ? null : check.displayName(request.displayName());
        String username = request.username() == null ? null : check.username(request.username());
        Secret password = request.password() == null ? null : check.password(request.password());
        Sharing sharing = request.sharing() == null ? null : check.sharing(request.sharing());
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
        if (asciiHost(email.substring(at + 1)) == null) {
            return wrong("/email", "must have a domain name behind the @");
        }
        return text("/email", email, AccountForm.EMAIL_MAX_CHARACTERS);
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
        String host = value.strip().toLowerCase(Locale.ROOT);
        boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bare.indexOf(':') >= 0) {
            return IPV6.matcher(bare).matches() && bare.indexOf(':') != bare.lastIndexOf(':')
                    ? bare
                    : this.<String>wrong(pointer, "must be a host name; the port has a field of its own");
        }
        String ascii = bracketed ? null : asciiHost(bare);
        return ascii == null ? this.<String>wrong(pointer, "must be a host name like mail.example.com") : ascii;
    }

    /** The name as the DNS knows it (IDNA), in lower case and without a last dot; null if it is none. */
    private static @Nullable String asciiHost(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        try {
            String ascii = IDN.toASCII(bare, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            boolean fits = !ascii.isEmpty() && ascii.length() <= AccountForm.HOST_MAX_CHARACTERS;
            boolean labels = Arrays.stream(ascii.split("\\.", -1))
                    .allMatch(label -> HOST_LABEL.matcher(label).matches());
            return fits && labels ? ascii : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Sharing sharing(@Nullable SharingRequest request) {
        if (request == null) {
            return Sharing.personal();
        }
        SharingRequest.Mode mode = required("/sharing/mode", request.mode());
        List<UUID> users = request.users() == null ? List.of() : request.users();
        if (users.size() > AccountForm.SHARED_USERS_MAX) {
            wrong("/sharing/users", "must have at most " + AccountForm.SHARED_USERS_MAX + " users");
        }
        if (users.stream().anyMatch(Objects::isNull)) {
            wrong("/sharing/users", "must not hold null");
        }
        if (mode == SharingRequest.Mode.PERSONAL) {
            if (request.team() != null || !users.isEmpty() || request.delivery() != null) {
                wrong("/sharing", "a personal account has no team, users or delivery");
            }
            return Sharing.personal();
        }
        String delivery = request.delivery() == SharingRequest.Delivery.INBOX ? "inbox" : "team_inbox";
        return errors.isEmpty()
                ? new Sharing(
                        "shared", request.team(), users.stream().distinct().toList(), delivery)
                : Sharing.personal();
    }

    private @Nullable String text(String pointer, String value, int max) {
        if (value.length() > max) {
            return wrong(pointer, "must have at most " + max + " characters");
        }
        boolean unsafe = value.codePoints()
                .anyMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                        || Character.getType(c) == Character.SURROGATE);
        return unsafe ? this.<String>wrong(pointer, "must not hold control characters or line breaks") : value;
    }
}
