package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.contracts.AccountState.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes one list of what the places said: adds what we know about a provider, leaves out what is there already. */
final class Selection {
    private Selection() {}

    /** @param found in the order of trust */
    static List<Candidate> of(Providers providers, MailAddress address, List<Candidate> found, List<Lookup> lookups) {
        boolean refused = lookups.stream().anyMatch(lookup -> lookup.outcome() == Outcome.NOT_OFFERED);
        List<Candidate> selected = new ArrayList<>();
        for (Candidate candidate : found) {
            // The domain has said that it has no such server: a name that happens to exist is none.
            boolean guessAgainstTheDomain = refused && candidate.source() == Source.GUESS;
            Candidate recognised = recognise(providers, address, candidate);
            if (!guessAgainstTheDomain && selected.stream().noneMatch(earlier -> isSame(earlier, recognised))) {
                selected.add(recognised);
            }
        }
        return List.copyOf(selected);
    }

    /** A domain may point to a provider that we know: then its note and limits hold, and its name may stand for it. */
    private static Candidate recognise(Providers providers, MailAddress address, Candidate candidate) {
        Optional<Provider> known = candidate.source() == Source.SRV || candidate.source() == Source.AUTOCONFIG
                ? Optional.ofNullable(candidate.imap()).flatMap(imap -> providers.ofImapHost(imap.host()))
                : Optional.empty();
        if (known.isEmpty()) {
            return candidate;
        }
        Provider provider = known.get();
        boolean fromFile = candidate.source() == Source.AUTOCONFIG;
        boolean belongs = fits(candidate.smtp(), provider, address);
        return new Candidate(
                candidate.source(),
                provider.name(),
                candidate.possible() && provider.possible(),
                candidate.needsConfirmation() && !belongs,
                candidate.imap(),
                candidate.smtp(),
                fromFile ? candidate.usernameTemplate() : provider.username(),
                fromFile ? candidate.username() : UsernameTemplate.fill(provider.username(), address),
                provider.appPassword(),
                candidate.possible() ? provider.note() : candidate.note(),
                provider.limits());
    }

    private static boolean fits(@Nullable Server smtp, Provider provider, MailAddress address) {
        return smtp == null
                || Ownership.isSame(smtp.host(), address.domain())
                || provider.smtp() != null && provider.smtp().host().equals(smtp.host());
    }

    private static boolean isSame(Candidate earlier, Candidate later) {
        boolean imap = later.imap() == null || later.imap().equals(earlier.imap());
        boolean smtp = later.smtp() == null || later.smtp().equals(earlier.smtp());
        return imap && smtp && later.hasServer() && (earlier.possible() || !later.possible());
    }
}
