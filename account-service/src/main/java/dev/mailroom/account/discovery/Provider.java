package dev.mailroom.account.discovery;

import dev.mailroom.contracts.AccountState.Server;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code providers.json}.
 *
 * @param possible false if no password opens such a mailbox; {@code note} says why
 * @param domains of addresses, as the DNS knows them
 * @param mx ends of the names of mail exchangers by which a hosted domain is recognised
 * @param imap null only where {@code possible} is false
 * @param smtp null only where {@code possible} is false
 * @param username with {@code {email}}, {@code {local}} and {@code {domain}} to be filled in
 * @param note what a person has to do or know first
 * @param limits what the provider allows in an hour, a day or at a time
 */
record Provider(
        String name,
        boolean possible,
        List<String> domains,
        List<String> mx,
        @Nullable Server imap,
        @Nullable Server smtp,
        String username,
        AppPassword appPassword,
        @Nullable String note,
        @Nullable String limits) {

    /** As it stands in the file, where what is usual is left out. */
    record Written(
            String name,
            @Nullable Boolean possible,
            @Nullable List<String> domains,
            @Nullable List<String> mx,
            @Nullable Server imap,
            @Nullable Server smtp,
            @Nullable String username,
            @Nullable AppPassword appPassword,
            @Nullable String note,
            @Nullable String limits) {

        Provider read() {
            return new Provider(
                    Objects.requireNonNull(name, "a provider has a name"),
                    possible == null || possible,
                    domains == null ? List.of() : List.copyOf(domains),
                    mx == null ? List.of() : List.copyOf(mx),
                    imap,
                    smtp,
                    username == null ? UsernameTemplate.EMAIL : username,
                    appPassword == null ? AppPassword.NO : appPassword,
                    note,
                    limits);
        }
    }

    Candidate candidate(Source source, MailAddress address) {
        return new Candidate(
                source,
                name,
                possible,
                false,
                imap,
                smtp,
                username,
                UsernameTemplate.fill(username, address),
                appPassword,
                note,
                limits);
    }
}
