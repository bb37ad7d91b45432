package dev.mailroom.account.alias;

import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import dev.mailroom.http.StrictText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks every field of a request and names all that is wrong at once. One instance checks one request. */
final class AliasCheck {
    static final int NAME_MAX_CHARACTERS = 200;
    static final int DESCRIPTION_MAX_CHARACTERS = 500;
    static final int SIGNATURE_MAX_BYTES = 64 * 1_024;

    private final List<FieldError> errors = new ArrayList<>();

    private AliasCheck() {}

    /** A new alias. @throws dev.mailroom.http.ProblemException 400 with every fault */
    static AliasChange create(AliasRequest request) {
        AliasCheck check = new AliasCheck();
        if (request.address() == null) {
            check.wrong("/address", "is required");
        }
        return check.read(request);
    }

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static AliasChange change(AliasRequest request) {
        return new AliasCheck().read(request);
    }

    /** A person's own settings. @throws dev.mailroom.http.ProblemException 400 with every fault */
    static OwnWords mine(AliasRequest.MineRequest request) {
        AliasCheck check = new AliasCheck();
        String name = request.name() == null ? null : check.name(request.name());
        String signature = request.signature() == null ? null : check.signature(request.signature());
        check.fail();
        SignatureFormat format = Objects.requireNonNullElse(request.signatureFormat(), SignatureFormat.TEXT);
        return new OwnWords(name, signature, signature == null ? null : format);
    }

    private AliasChange read(AliasRequest request) {
        AliasChange change = new AliasChange(
                request.address() == null ? null : address(request.address()),
                request.name() == null ? null : name(request.name()),
                request.description() == null
                        ? null
                        : line("/description", request.description(), DESCRIPTION_MAX_CHARACTERS),
                request.signature() == null ? null : signature(request.signature()),
                request.signatureFormat(),
                request.isDefault(),
                request.senders() == null ? null : senders(request.senders()),
                request.readers() == null ? null : readers(request.readers()));
        fail();
        return change;
    }

    private void fail() {
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
    }

    private <T> @Nullable T wrong(String pointer, String message) {
        errors.add(new FieldError(pointer, message));
        return null;
    }

    private @Nullable String address(String value) {
        String address = MailAddress.normalize(value);
        return address == null
                ? this.<String>wrong("/address", "must be an email address like sales@example.com")
                : address;
    }

    private @Nullable String name(String value) {
        return value.isBlank()
                ? this.<String>wrong("/name", "must not be blank")
                : line("/name", value, NAME_MAX_CHARACTERS);
    }

    private @Nullable String line(String pointer, String value, int max) {
        String line = value.strip();
        if (line.length() > max) {
            return wrong(pointer, "must have at most " + max + " characters");
        }
        return StrictText.isPlainLine(line)
                ? line
                : this.<String>wrong(pointer, "must not hold control characters, line breaks or invisible characters");
    }

    private @Nullable String signature(String value) {
        if (value.getBytes(StandardCharsets.UTF_8).length > SIGNATURE_MAX_BYTES) {
            return wrong("/signature", "must have at most " + SIGNATURE_MAX_BYTES + " bytes");
        }
        boolean unsafe = value.codePoints()
                .anyMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\r' && c != '\n'
                        || Character.getType(c) == Character.SURROGATE);
        return unsafe
                ? this.<String>wrong("/signature", "must not hold control characters other than tabs and line breaks")
                : value;
    }

    private @Nullable Senders senders(AliasRequest.SendersRequest request) {
        List<UUID> users = users("/senders/users", request.users(), Senders.USERS_MAX);
        boolean sharing = Boolean.TRUE.equals(request.sharing());
        boolean everyone = Boolean.TRUE.equals(request.everyone());
        int said = (sharing ? 1 : 0) + (everyone ? 1 : 0) + (users.isEmpty() ? 0 : 1);
        if (said > 1 || said == 0 && request.users() == null) {
            return wrong("/senders", "must have one of sharing: true, everyone: true and users");
        }
        return new Senders(sharing, everyone, users);
    }

    private @Nullable Readers readers(AliasRequest.ReadersRequest request) {
        List<UUID> users = users("/readers/users", request.users(), Readers.USERS_MAX);
        boolean everyone = Boolean.TRUE.equals(request.everyone());
        int said = (everyone ? 1 : 0) + (request.team() == null ? 0 : 1) + (users.isEmpty() ? 0 : 1);
        if (said > 1 || said == 0 && request.users() == null) {
            return wrong(
                    "/readers", "must have one of everyone: true, team and users; an empty list of users is nobody");
        }
        return new Readers(everyone, request.team(), users);
    }

    private List<UUID> users(String pointer, @Nullable List<UUID> users, int max) {
        if (users == null) {
            return List.of();
        }
        if (users.size() > max) {
            wrong(pointer, "must have at most " + max + " users");
            return List.of();
        }
        if (users.stream().anyMatch(Objects::isNull)) {
            wrong(pointer, "must not hold null");
            return List.of();
        }
        return users.stream().distinct().toList();
    }
}
