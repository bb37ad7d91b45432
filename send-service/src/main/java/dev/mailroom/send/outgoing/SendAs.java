package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.Address;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import dev.mailroom.send.account.AccountRow;
import dev.mailroom.send.account.Alias;
import dev.mailroom.send.account.Viewer;
import dev.mailroom.send.compose.DraftCheck;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which address of its account a message is from, and who may send as it.
 *
 * <p>An account of whose aliases no event told yet has the addresses that are known and one name; whoever may use it may send from
 * all of them.
 */
final class SendAs {
    private static final String POINTER = "/from/address";

    private SendAs() {}

    /** Whether the account has more than one address, so that a reply can be from another than the default one. */
    static boolean hasChoice(AccountRow account) {
        return account.aliases().stream().map(Alias::address).distinct().count() > 1;
    }

    /**
     * The sender of a message that names one.
     *
     * @return empty if the address is none of the account's
     */
    static Optional<Address> named(AccountRow account, Viewer viewer, Address asked) {
        if (account.aliases().isEmpty()) {
            return account.owns(asked.address()) ? Optional.of(asked) : Optional.empty();
        }
        List<Alias> aliases = of(account, asked.address());
        if (aliases.isEmpty()) {
            return Optional.empty();
        }
        Alias alias = allowed(account, viewer, aliases);
        return Optional.of(new Address(asked.name() == null ? alias.name() : asked.name(), asked.address()));
    }

    /**
     * The sender of a message that names none: the alias that received, else the first that the viewer may send as.
     *
     * @param received the address that got the message that is answered, null for none or not known
     */
    static Address chosen(AccountRow account, Viewer viewer, @Nullable String received) {
        List<Alias> aliases = account.aliases();
        if (aliases.isEmpty()) {
            return own(account);
        }
        List<Alias> receiving = received == null ? List.of() : of(account, received);
        return address(allowed(account, viewer, receiving.isEmpty() ? aliases : receiving));
    }

    /** The sender of an answer that no person writes: the first of these addresses that is the account's, else the default one. */
    static Address answering(AccountRow account, List<String> addressedTo) {
        return addressedTo.stream()
                .flatMap(address -> of(account, address).stream())
                .findFirst()
                .or(() -> account.aliases().stream().findFirst())
                .map(SendAs::address)
                .orElseGet(() -> own(account));
    }

    private static List<Alias> of(AccountRow account, String address) {
        String normalized = DraftCheck.normalize(address);
        String key = (normalized == null ? address : normalized).toLowerCase(Locale.ROOT);
        return account.aliases().stream()
                .filter(alias -> alias.address().equals(key))
                .toList();
    }

    /** The first that the viewer may send as. */
    private static Alias allowed(AccountRow account, Viewer viewer, List<Alias> aliases) {
        return aliases.stream()
                .filter(alias -> account.lets(viewer, alias))
                .findFirst()
                .orElseThrow(() -> refused(aliases.getFirst()));
    }

    private static ProblemException refused(Alias alias) {
        String message = "you may not send as " + alias.address() + "; choose another address of the account";
        return Problems.forbidden("may-not-send-as", POINTER + ": " + message)
                .with("errors", List.of(new FieldError(POINTER, message)));
    }

    private static Address address(Alias alias) {
        return new Address(alias.name(), alias.address());
    }

    private static Address own(AccountRow account) {
        return new Address(account.displayName(), account.email());
    }
}
