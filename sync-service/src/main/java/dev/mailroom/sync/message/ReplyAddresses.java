package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import dev.mailroom.sync.access.Grants;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import java.net.IDN;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which address a reply to a message is from: that which got it.
 *
 * <p>Of the accounts whose copy the viewer sees, the first alias that stands in To, then in Cc; in the account's own mail the one it is
 * from; else the default alias. Where only an address is shared with the viewer, that address is all there is.
 */
final class ReplyAddresses {
    /** Recipients of a message that are looked at. */
    static final int RECIPIENTS_MAX = 500;

    private static final String ALIASES = """
            select account_id, position, address, name from account_alias
            where account_id = any($1) and (position = 0 or address = any($2)) order by account_id, position
            """;

    private final Map<UUID, Map<String, MessageView.ReplyFromView>> byAddress = new HashMap<>();
    private final Map<UUID, MessageView.ReplyFromView> defaults = new HashMap<>();

    private ReplyAddresses() {}

    /** @param copies of the messages, those that the viewer sees */
    static ReplyAddresses read(
            Sql sql, Grants grants, Collection<StoredContent> contents, Collection<List<MessageView.CopyView>> copies) {
        ReplyAddresses read = new ReplyAddresses();
        Set<UUID> accounts = new HashSet<>();
        copies.forEach(some -> some.forEach(copy -> accounts.add(copy.account())));
        if (accounts.isEmpty()) {
            return read;
        }
        Set<String> addresses = new HashSet<>();
        contents.forEach(content -> keys(content).forEach(addresses::add));
        grants.addresses().forEach(shared -> addresses.add(shared.address()));
        for (Row row : sql.query(ALIASES, accounts.toArray(UUID[]::new), addresses.toArray(String[]::new))) {
            read.add(row, grants);
        }
        return read;
    }

    private void add(Row row, Grants grants) {
        UUID account = row.getUUID("account_id");
        String address = row.getString("address");
        String name = row.getString("name");
        boolean whole = grants.accounts().contains(account);
        if (!whole && !grants.addresses().contains(new Grants.SharedAddress(account, address))) {
            return;
        }
        MessageView.ReplyFromView from = new MessageView.ReplyFromView(account, address, name.isEmpty() ? null : name);
        byAddress.computeIfAbsent(account, id -> new HashMap<>()).putIfAbsent(address, from);
        if (whole && row.getInteger("position") == 0) {
            defaults.put(account, from);
        }
    }

    /** Null where the viewer sees no copy that an address of his could answer. */
    MessageView.@Nullable ReplyFromView of(StoredContent content, List<MessageView.CopyView> copies) {
        List<UUID> accounts =
                copies.stream().map(MessageView.CopyView::account).distinct().toList();
        return keys(content)
                .map(key -> first(accounts, key))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> accounts.stream()
                        .map(account -> Optional.ofNullable(defaults.get(account)))
                        .flatMap(Optional::stream)
                        .findFirst())
                .orElse(null);
    }

    private Optional<MessageView.ReplyFromView> first(List<UUID> accounts, String key) {
        return accounts.stream()
                .map(account -> Optional.ofNullable(
                        byAddress.getOrDefault(account, Map.of()).get(key)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Stream<String> keys(StoredContent content) {
        Stream<Address> recipients =
                Stream.concat(content.to().stream(), content.cc().stream()).limit(RECIPIENTS_MAX);
        Stream<Address> author = content.from() == null ? Stream.empty() : Stream.of(content.from());
        return Stream.concat(recipients, author).map(address -> key(address.address()));
    }

    /** Lower case, an internationalized domain as A-labels (RFC 5890), as account-service writes aliases. */
    static String key(String address) {
        String lower = address.toLowerCase(Locale.ROOT);
        int at = lower.lastIndexOf('@');
        if (lower.chars().allMatch(c -> c < 0x80) || at < 0) {
            return lower;
        }
        try {
            return lower.substring(0, at + 1)
                    + IDN.toASCII(lower.substring(at + 1)).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return lower;
        }
    }
}
