package dev.mailroom.sync;

import dev.mailroom.mailclient.imap.ImapSession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A session with the same server that is not the same session. */
final class AnotherConnection {
    private AnotherConnection() {}

    static ImapSession to(FakeImapSession server) {
        server.reopen();
        return (ImapSession) Proxy.newProxyInstance(
                ImapSession.class.getClassLoader(),
                new Class<?>[] {ImapSession.class},
                (session, method, arguments) -> switch (method.getName()) {
                    case "equals" -> session == arguments[0];
                    case "hashCode" -> System.identityHashCode(session);
                    default -> {
                        try {
                            yield method.invoke(server, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    }
                });
    }
}
