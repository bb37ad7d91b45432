package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.Dns.Answer;
import dev.mailroom.account.discovery.Lookup.Outcome;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.MXRecord;

/** Recognises a hosted domain by where its mail goes. Settings come from our own file: the DNS only says which provider it is. */
final class MxSearch implements Search {
    private final Dns dns;
    private final Providers providers;

    MxSearch(Dns dns, Providers providers) {
        this.dns = dns;
        this.providers = providers;
    }

    @Override
    public Source source() {
        return Source.MX;
    }

    @Override
    public String asked(MailAddress address) {
        return "MX records of " + address.domain();
    }

    @Override
    public Discovered search(MailAddress address) throws InterruptedException {
        Answer<MXRecord> answer = dns.mailExchangers(address.domain());
        if (answer.outcome() != Outcome.FOUND) {
            return Discovered.without(answer.outcome());
        }
        return answer.values().stream()
                .sorted(Comparator.comparingInt(MXRecord::getPriority))
                .map(record -> record.getTarget().toString(true).toLowerCase(Locale.ROOT))
                .map(providers::ofMailExchanger)
                .flatMap(Optional::stream)
                .findFirst()
                .map(provider -> Discovered.found(provider.candidate(Source.MX, address)))
                .orElse(Discovered.without(Outcome.NOTHING));
    }
}
