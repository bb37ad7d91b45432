package dev.mailroom.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;

/** Whether the servers of the tests run embedded or in containers. */
enum InfrastructureChoice {
    EMBEDDED,
    DOCKER;

    /** What {@code MAILROOM_TEST_INFRA} says: {@code embedded}, {@code docker}, or {@code auto} (the default). */
    static InfrastructureChoice ofThisMachine() {
        String wanted = System.getenv().getOrDefault("MAILROOM_TEST_INFRA", "auto");
        return switch (wanted) {
            case "embedded" -> EMBEDDED;
            case "docker" -> DOCKER;
            case "auto" -> dockerMayBeThere() && DockerClientFactory.instance().isDockerAvailable() ? DOCKER : EMBEDDED;
            default ->
                throw new IllegalArgumentException(
                        "MAILROOM_TEST_INFRA must be auto, embedded or docker, not " + wanted);
        };
    }

    /** Spares the half second of the real question on a machine that has no sign of Docker. */
    private static boolean dockerMayBeThere() {
        return System.getenv("DOCKER_HOST") != null
                || Files.exists(Path.of("/var/run/docker.sock"))
                || Files.exists(Path.of(System.getProperty("user.home"), ".docker", "run", "docker.sock"));
    }
}
