package dev.mailroom.localstack.stack;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Stands for a built service: it is ready at once and tells what settings it was given. */
final class FakeService {

    private FakeService() {}

    /** Makes a home in which every service is this one. */
    static Path home(Path folder) throws Exception {
        for (var service : ServiceName.values()) {
            Path jar = folder.resolve(service.service()).resolve("target/quarkus-app/quarkus-run.jar");
            Files.createDirectories(jar.getParent());
            var manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
            manifest.getMainAttributes()
                    .put(
                            Attributes.Name.CLASS_PATH,
                            FakeService.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toString());
            new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        }
        return folder;
    }

    public static void main(String[] args) throws Exception {
        var address = new InetSocketAddress(
                InetAddress.ofLiteral(System.getenv("QUARKUS_HTTP_HOST")),
                Integer.parseInt(System.getenv("QUARKUS_HTTP_PORT")));
        var server = HttpServer.create(address, 0);
        server.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/setting", exchange -> {
            byte[] value = System.getenv()
                    .getOrDefault(exchange.getRequestURI().getQuery(), "")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, value.length == 0 ? -1 : value.length);
            exchange.getResponseBody().write(value);
            exchange.close();
        });
        server.start();
    }
}
