package dev.mailroom.localstack.stack;

import java.util.Locale;

/** The four services. */
public enum ServiceName {
    ACCOUNT(8081),
    SYNC(8082),
    RULES(8083),
    SEND(8084);

    private final int port;

    ServiceName(int port) {
        this.port = port;
    }

    /** Its HTTP port where no offset is asked for. */
    public int port() {
        return port;
    }

    /** Its database and the role it works as, for example {@code account}. */
    public String database() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that owns its database and runs its migrations: the one it works as, or one that may do more. */
    public String databaseOwner() {
        return this == ACCOUNT ? "account_owner" : database();
    }

    /** For example {@code account-service}: its module, its log file, its name to a person. */
    public String service() {
        return database() + "-service";
    }
}
