package dev.mailroom.contracts;

import java.util.UUID;

/** Topic {@code mailroom.account.events}, compacted, key: account. Written by account-service. */
public sealed interface AccountEvent extends MailroomEvent {

    UUID account();

    @Override
    default UUID subject() {
        return account();
    }

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /** An event that carries the state after it. */
    sealed interface WithState extends AccountEvent {
        AccountState state();

        @Override
        default UUID account() {
            return state().account();
        }

        @Override
        default UUID organization() {
            return state().organization();
        }
    }

    /** A mailbox was verified and added. */
    @EventType("account.connected")
    record Connected(AccountState state) implements WithState {
        public Connected {
            Required.of("state", state);
        }
    }

    /** A name, a password, the import window, an alias or the sharing changed. */
    @EventType("account.changed")
    record Changed(AccountState state) implements WithState {
        public Changed {
            Required.of("state", state);
        }
    }

    @EventType("account.paused")
    record Paused(AccountState state) implements WithState {
        public Paused {
            Required.of("state", state);
        }
    }

    @EventType("account.resumed")
    record Resumed(AccountState state) implements WithState {
        public Resumed {
            Required.of("state", state);
        }
    }

    /** The same mailbox at another host, proven to be the same. */
    @EventType("account.rehomed")
    record Rehomed(AccountState state) implements WithState {
        public Rehomed {
            Required.of("state", state);
        }
    }

    /** The account is gone; its copies of messages go, its conversations stay while something else holds them. */
    @EventType("account.removed")
    record Removed(UUID account, UUID organization, long revision) implements AccountEvent {
        public Removed {
            Required.of("account", account);
            Required.of("organization", organization);
        }
    }
}
