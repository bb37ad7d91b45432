package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.Dns.Answer;
import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.net.OutboundPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

/**
 * SRV records: RFC 6186 for {@code _imap}, {@code _imaps} and {@code _submission}, RFC 8314 for {@code _submissions}.
 *
 * <p>TLS from the first byte is taken before STARTTLS. Of the records of one service the lowest priority counts and, in it, the highest
 * weight: settings that are kept must not be drawn by lot, and the server's other names stay behind its address.
 */
final class SrvSearch implements Search {
    /** An ordinary host name; the DNS itself would allow any byte. */
    static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)+[a-z0-9-]{2,63}");

    private static final Comparator<SRVRecord> BEST_FIRST = Comparator.comparingInt(SRVRecord::getPriority)
            .thenComparing(Comparator.comparingInt(SRVRecord::getWeight).reversed())
            .thenComparing(SRVRecord::getTarget);

    private final Dns dns;
    private final OutboundPolicy policy;

    SrvSearch(Dns dns, OutboundPolicy policy) {
        this.dns = dns;
        this.policy = policy;
    }

    @Override
    public Source source() {
        return Source.SRV;
    }

    @Override
    public String asked(MailAddress address) {
        return "SRV records _imaps, _imap, _submissions and _submission._tcp." + address.domain();
    }

    @Override
    public Discovered search(MailAddress address) throws InterruptedException {
        List<Answer<SRVRecord>> answers = dns.services(List.of(
                "_imaps._tcp." + address.domain(),
                "_imap._tcp." + address.domain(),
                "_submissions._tcp." + address.domain(),
                "_submission._tcp." + address.domain()));
        Server imap = first(server(answers.get(0), Encryption.TLS), server(answers.get(1), Encryption.STARTTLS));
        Server smtp = first(server(answers.get(2), Encryption.TLS), server(answers.get(3), Encryption.STARTTLS));
        if (imap != null || smtp != null) {
            return Discovered.found(candidate(address, imap, smtp));
        }
        return Discovered.without(withoutServer(answers));
    }

    private static Candidate candidate(MailAddress address, @Nullable Server imap, @Nullable Server smtp) {
        boolean own = (imap == null || Ownership.isSame(imap.host(), address.domain()))
                && (smtp == null || Ownership.isSame(smtp.host(), address.domain()));
        return new Candidate(
                Source.SRV,
                null,
                true,
                !own,
                imap,
                smtp,
                UsernameTemplate.EMAIL,
                address.text(),
                AppPassword.UNKNOWN,
                null,
                null);
    }

    private @Nullable Server server(Answer<SRVRecord> answer, Encryption encryption) {
        return answer.values().stream()
                .filter(record -> !isNone(record))
                .sorted(BEST_FIRST)
                .filter(record -> policy.permitsPort(record.getPort()) && record.getPort() > 0)
                .map(record -> new Server(host(record), record.getPort(), encryption))
                .filter(server -> HOST.matcher(server.host()).matches())
                .findFirst()
                .orElse(null);
    }

    private static Outcome withoutServer(List<Answer<SRVRecord>> answers) {
        boolean imapRefused = isRefused(answers.get(0)) && !isOffered(answers.get(1))
                || isRefused(answers.get(1)) && !isOffered(answers.get(0));
        if (imapRefused) {
            return Outcome.NOT_OFFERED;
        }
        for (Outcome gap : List.of(Outcome.TIMEOUT, Outcome.FAILED)) {
            if (answers.stream().anyMatch(answer -> answer.outcome() == gap)) {
                return gap;
            }
        }
        // Records that cannot be used are a failure of the domain, not a sign that there is no server.
        return answers.stream().anyMatch(SrvSearch::isOffered) ? Outcome.FAILED : Outcome.NOTHING;
    }

    private static boolean isRefused(Answer<SRVRecord> answer) {
        return answer.outcome() == Outcome.FOUND && answer.values().stream().allMatch(SrvSearch::isNone);
    }

    private static boolean isOffered(Answer<SRVRecord> answer) {
        return answer.outcome() == Outcome.FOUND && !isRefused(answer);
    }

    /** A target of "." says that there is no such service. */
    private static boolean isNone(SRVRecord record) {
        return record.getTarget().equals(Name.root);
    }

    private static String host(SRVRecord record) {
        return record.getTarget().toString(true).toLowerCase(Locale.ROOT);
    }

    private static @Nullable Server first(@Nullable Server preferred, @Nullable Server other) {
        return preferred != null ? preferred : other;
    }
}
