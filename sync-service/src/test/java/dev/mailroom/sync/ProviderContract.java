package dev.mailroom.sync;

import dev.mailroom.testkit.imap.provider.ProviderServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One test of the contract on the server of one provider, run by hand so that many can run at the same time. */
final class ProviderContract extends MailFlowContract {
    private final LocalServer provider;

    private ProviderContract(ProviderServer provider, Scene scene) {
        this.provider = of(provider);
        this.server = this.provider;
        this.scene = scene;
    }

    /** The server as tests know servers; closing it leaves it running. */
    static LocalServer of(ProviderServer server) {
        return new LocalServer() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public String newUser() {
                return "u" + UUID.randomUUID().toString().substring(0, 8);
            }

            @Override
            public void close() {
                // Others still use it.
                newUser();
            }
        };
    }

    @Override
    LocalServer server() {
        return provider;
    }

    /** Names of all tests of the contract. */
    static List<String> tests() {
        return Stream.<Class<?>>iterate(
                        MailFlowContract.class, FlowContract.class::isAssignableFrom, Class::getSuperclass)
                .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .sorted()
                .toList();
    }

    static void run(ProviderServer server, Scene scene, String test) throws Throwable {
        ProviderContract contract = new ProviderContract(server, scene);
        Method method = Stream.<Class<?>>iterate(
                        MailFlowContract.class, FlowContract.class::isAssignableFrom, Class::getSuperclass)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(found -> found.getName().equals(test))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        try {
            method.invoke(contract);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        } finally {
            scene.forgetAccounts();
        }
    }
}
