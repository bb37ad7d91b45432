package dev.mailroom.account.organization;

import dev.mailroom.contracts.OrganizationEvent.BusinessHours;
import dev.mailroom.contracts.OrganizationEvent.BusinessHours.Span;
import dev.mailroom.contracts.OrganizationEvent.Role;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import dev.mailroom.http.StrictText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks every field of a request and names all that is wrong at once. One instance checks one request. */
final class DirectoryCheck {
    static final int NAME_MAX_CHARACTERS = 200;
    static final int EMAIL_MAX_CHARACTERS = 254;

    /** Members and observers of a team together. */
    static final int PEOPLE_OF_A_TEAM_MAX = 1_000;

    /** Spans of a week. */
    static final int SPANS_MAX = 100;

    private static final int SECONDS_OF_A_DAY = 86_400;

    private final List<FieldError> errors = new ArrayList<>();

    private DirectoryCheck() {}

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static UserChange user(UserRequest request) {
        DirectoryCheck check = new DirectoryCheck();
        UserChange form = new UserChange(
                request.id(),
                check.name(check.required("/name", request.name())),
                check.email(check.required("/email", request.email())),
                Objects.requireNonNullElse(request.role(), Role.MEMBER));
        check.fail();
        return form;
    }

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static UserChange user(UserChangeRequest request) {
        DirectoryCheck check = new DirectoryCheck();
        UserChange change =
                new UserChange(null, check.name(request.name()), check.email(request.email()), request.role());
        check.fail();
        return change;
    }

    /** A new team. @throws dev.mailroom.http.ProblemException 400 with every fault */
    static TeamChange team(TeamRequest request) {
        DirectoryCheck check = new DirectoryCheck();
        check.required("/name", request.name());
        return check.read(request);
    }

    /** @throws dev.mailroom.http.ProblemException 400 with every fault */
    static TeamChange teamChange(TeamRequest request) {
        return new DirectoryCheck().read(request);
    }

    /** @throws dev.mailroom.http.ProblemException 400 */
    static @Nullable String organizationName(@Nullable String name) {
        DirectoryCheck check = new DirectoryCheck();
        String checked = check.name(name);
        check.fail();
        return checked;
    }

    /** Whether a text can stand as a name, for names that do not come from a form. */
    static boolean isName(String value) {
        return !value.isBlank() && value.length() <= NAME_MAX_CHARACTERS && !isUnsafe(value);
    }

    /** Whether a text can stand as an address, for addresses that do not come from a form. */
    static boolean isEmail(String value) {
        int at = value.lastIndexOf('@');
        return at > 0
                && value.indexOf('@') == at
                && at < value.length() - 1
                && value.length() <= EMAIL_MAX_CHARACTERS
                && value.chars().noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))
                && "<>,;:\"()[]\\".chars().allMatch(c -> value.indexOf(c) < 0)
                && !isUnsafe(value);
    }

    private TeamChange read(TeamRequest request) {
        List<UUID> members = people("/members", request.members());
        List<UUID> observers = people("/observers", request.observers());
        if (members != null && observers != null) {
            checkTogether(members, observers);
        }
        TeamChange change = new TeamChange(
                name(request.name()),
                members,
                observers,
                request.userReplyBehavior(),
                request.receivedReplyBehavior(),
                request.businessHours() == null ? null : hours(request.businessHours()));
        fail();
        return change;
    }

    /** Names every observer who is a member as well; {@code observers} has the order of the request. */
    private void checkTogether(List<UUID> members, List<UUID> observers) {
        if (members.size() + observers.size() > PEOPLE_OF_A_TEAM_MAX) {
            wrong("/observers", "members and observers must be at most " + PEOPLE_OF_A_TEAM_MAX + " people together");
            return;
        }
        Set<UUID> known = new HashSet<>(members);
        for (int i = 0; i < observers.size(); i++) {
            if (known.contains(observers.get(i))) {
                wrong("/observers/" + i, "is a member already");
            }
        }
    }

    private @Nullable List<UUID> people(String pointer, @Nullable List<UUID> people) {
        if (people == null) {
            return null;
        }
        if (people.size() > PEOPLE_OF_A_TEAM_MAX) {
            return wrong(pointer, "must be at most " + PEOPLE_OF_A_TEAM_MAX + " people");
        }
        Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < people.size(); i++) {
            // A client can put null into any list.
            if (Objects.isNull(people.get(i))) {
                return wrong(pointer + "/" + i, "must be the id of a user");
            }
            if (!seen.add(people.get(i))) {
                wrong(pointer + "/" + i, "is named twice");
            }
        }
        return people;
    }

    private @Nullable BusinessHours hours(TeamRequest.HoursRequest request) {
        String zone = required("/business_hours/time_zone", request.timeZone());
        if (zone != null && !ZoneId.getAvailableZoneIds().contains(zone)) {
            wrong("/business_hours/time_zone", "must be a name of the time zone database like Europe/Lisbon");
        }
        List<TeamRequest.SpanRequest> spans = required("/business_hours/spans", request.spans());
        if (zone == null || spans == null) {
            return null;
        }
        if (spans.size() > SPANS_MAX) {
            return wrong("/business_hours/spans", "must be at most " + SPANS_MAX + " spans");
        }
        List<Span> checked = new ArrayList<>();
        for (int i = 0; i < spans.size(); i++) {
            Span span = span("/business_hours/spans/" + i, spans.get(i));
            if (span != null && checked.stream().anyMatch(other -> overlap(other, span))) {
                wrong("/business_hours/spans/" + i, "overlaps with another span of the day");
            } else if (span != null) {
                checked.add(span);
            }
        }
        checked.sort(Comparator.comparingInt(Span::day).thenComparingInt(Span::fromSecond));
        return new BusinessHours(zone, checked);
    }

    private @Nullable Span span(String pointer, TeamRequest.@Nullable SpanRequest request) {
        if (request == null) {
            return wrong(pointer, "must be an object");
        }
        Integer day = required(pointer + "/day", request.day());
        Integer from = required(pointer + "/from_second", request.fromSecond());
        Integer to = required(pointer + "/to_second", request.toSecond());
        if (day == null || from == null || to == null) {
            return null;
        }
        if (day < 0 || day > 6) {
            return wrong(pointer + "/day", "must be 0 (Sunday) to 6");
        }
        if (from < 0 || from >= SECONDS_OF_A_DAY) {
            return wrong(pointer + "/from_second", "must be 0 to " + (SECONDS_OF_A_DAY - 1));
        }
        if (to <= from || to > SECONDS_OF_A_DAY) {
            return wrong(pointer + "/to_second", "must be above from_second, at most " + SECONDS_OF_A_DAY);
        }
        return new Span(day, from, to);
    }

    private static boolean overlap(Span one, Span other) {
        return one.day() == other.day() && one.fromSecond() < other.toSecond() && other.fromSecond() < one.toSecond();
    }

    private @Nullable String name(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String name = value.strip();
        if (name.isEmpty()) {
            return wrong("/name", "must not be blank");
        }
        if (name.length() > NAME_MAX_CHARACTERS) {
            return wrong("/name", "must have at most " + NAME_MAX_CHARACTERS + " characters");
        }
        return isUnsafe(name) ? this.<String>wrong("/name", "must not hold control characters or line breaks") : name;
    }

    private @Nullable String email(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String email = value.strip();
        return isEmail(email) ? email : this.<String>wrong("/email", "must be an email address like ana@example.com");
    }

    private static boolean isUnsafe(String value) {
        return !StrictText.isPlainLine(value);
    }

    private <T> @Nullable T required(String pointer, @Nullable T value) {
        return value == null ? this.<T>wrong(pointer, "is required") : value;
    }

    private <T> @Nullable T wrong(String pointer, String message) {
        errors.add(new FieldError(pointer, message));
        return null;
    }

    private void fail() {
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
    }
}
