package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Topics;
import dev.mailroom.testkit.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** No Docker engine is needed to see that the compose file fits the services it runs. */
class ComposeFileTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> SERVICES =
            List.of("account-service", "sync-service", "rules-service", "send-service");

    private static Map<String, Object> compose = Map.of();

    @BeforeAll
    static void read() throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        compose = new Yaml(new SafeConstructor(options)).load(Files.readString(ROOT.resolve("docker-compose.yml")));
    }

    /** A mapping of the file; what is not there is an empty one. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    private static Map<String, Object> service(String name) {
        return map(map(compose.get("services")).get(name));
    }

    @Test
    void runsTheFourServicesAndWhatTheyNeed() {
        assertThat(map(compose.get("services")).keySet()).containsAll(SERVICES).contains("postgres", "kafka", "topics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"account", "sync", "rules", "send"})
    void givesAServiceItsOwnDatabaseAndRole(String role) {
        Map<String, Object> environment = map(service(role + "-service").get("environment"));

        assertThat(environment)
                .containsEntry("QUARKUS_DATASOURCE_USERNAME", role)
                .containsEntry("QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql://postgres:5432/" + role)
                .containsEntry("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://postgres:5432/" + role);
    }

    @Test
    void migratesAccountsAsTheirOwnerWhoIsNotTheService() throws IOException {
        Map<String, Object> account = service("account-service");

        assertThat(map(account.get("environment"))).containsEntry("QUARKUS_FLYWAY_USERNAME", "account_owner");
        assertThat((List<?>) account.get("secrets"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains(Map.of("source", "account_owner-database-password", "target", "quarkus.flyway.password"));
        assertThat((List<?>) service("postgres").get("secrets"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains("account_owner-database-password");
        assertThat(Files.readString(ROOT.resolve("deploy/postgres/databases.sh")))
                .contains("database account account_owner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"account", "sync", "rules", "send"})
    void setsOnlyWhatTheServiceUnderstands(String role) throws IOException {
        Map<String, Object> environment = map(service(role + "-service").get("environment"));
        String known = settingsOf(role + "-service");

        assertThat(environment.keySet().stream()
                        .filter(name -> name.startsWith("MAILROOM_"))
                        .filter(name -> !known.contains(name.substring("MAILROOM_".length()))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"account-service", "sync-service", "send-service"})
    void showsAServiceTheOperatorsCertificateAuthorityIfThereIsOne(String name) {
        Map<String, Object> mounted =
                map(((List<?>) Objects.requireNonNull(service(name).get("volumes"), "volumes")).getFirst());

        assertThat(mounted)
                .containsEntry("type", "bind")
                .containsEntry("source", "${MAILROOM_OUTBOUND_CA:-/dev/null}")
                .containsEntry("read_only", true);
        assertThat(map(service(name).get("environment")))
                .containsEntry("MAILROOM_OUTBOUND_CA", "${MAILROOM_OUTBOUND_CA:+" + mounted.get("target") + "}");
    }

    /** The names of a service's own settings, as environment variables would spell them. */
    private static String settingsOf(String service) throws IOException {
        StringBuilder names = new StringBuilder();
        try (var files = Files.walk(ROOT.resolve(service).resolve("src/main"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().endsWith(".java")) {
                    names.append(settingsOfMapping(Files.readString(file)));
                } else if (file.toString().endsWith(".properties")) {
                    names.append(Files.readString(file));
                }
            }
        }
        return names.toString().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** The keys of a {@code @ConfigMapping} interface; of other code, the code itself. */
    private static String settingsOfMapping(String code) {
        Matcher mapping =
                Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)").matcher(code);
        if (!mapping.find()) {
            return code;
        }
        StringBuilder names = new StringBuilder();
        Pattern.compile("(?m)^    \\S+ (\\w+)\\(\\);")
                .matcher(code)
                .results()
                .map(method -> method.group(1).replaceAll("([a-z])([A-Z])", "$1-$2"))
                .forEach(name ->
                        names.append(mapping.group(1)).append('.').append(name).append('\n'));
        return names.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"account-service", "sync-service", "rules-service", "send-service"})
    void publishesThePortTheServiceListensOn(String name) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(ROOT.resolve(name).resolve("src/main/resources/application.properties"))) {
            properties.load(in);
        }
        String port = properties.getProperty("quarkus.http.port");

        assertThat(service(name).get("ports")).isEqualTo(List.of("127.0.0.1:" + port + ":" + port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"account-service", "sync-service", "rules-service", "send-service"})
    void runsTheImageThatTheBuildMakes(String name) throws IOException {
        assertThat(String.valueOf(service(name).get("image"))).startsWith("mailroom/" + name + ":");
        assertThat(Files.readString(ROOT.resolve("pom.xml")))
                .contains("<quarkus.container-image.group>mailroom</quarkus.container-image.group>");
    }

    @Test
    void declaresEverySecretItUses() {
        TreeSet<String> used = new TreeSet<>();
        for (Object service : map(compose.get("services")).values()) {
            Object secrets = map(service).get("secrets");
            for (Object secret : secrets == null ? List.of() : (List<?>) secrets) {
                used.add(String.valueOf(secret instanceof Map<?, ?> entry ? entry.get("source") : secret));
            }
        }

        assertThat(map(compose.get("secrets")).keySet()).containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void createsEveryTopicWithItsShards() throws IOException, InterruptedException {
        Map<String, String> created = createdTopics();

        List<String> expected = new ArrayList<>(Topics.ALL);
        Topics.ALL.forEach(topic -> expected.add(Topics.deadLettersOf(topic)));
        assertThat(created.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        Topics.ALL.stream()
                .filter(Topics::isSharded)
                .forEach(topic -> assertThat(created.get(topic)).contains("--partitions " + Topics.SHARDS + " "));
        Topics.ALL.stream()
                .filter(Topics::isCompacted)
                .forEach(topic -> assertThat(created.get(topic)).contains("cleanup.policy=compact"));
    }

    /** Runs the script with a stand-in for Kafka's command that writes down what it was asked. */
    private static Map<String, String> createdTopics() throws IOException, InterruptedException {
        Path folder = ScratchFolder.create("mailroom-topics");
        Path asked = folder.resolve("asked");
        Path command = folder.resolve("kafka-topics.sh");
        Files.writeString(command, "#!/bin/sh\necho \"$* \" >> '" + asked + "'\n");
        assertThat(command.toFile().setExecutable(true)).isTrue();
        Path script = folder.resolve("create-topics.sh");
        Files.writeString(
                script,
                Files.readString(ROOT.resolve("deploy/kafka/create-topics.sh"))
                        .replace("/opt/kafka/bin/kafka-topics.sh", command.toString()));

        Process process =
                new ProcessBuilder("sh", script.toString()).inheritIO().start();
        assertThat(process.waitFor()).isZero();

        Map<String, String> created = new TreeMap<>();
        for (String line : Files.readAllLines(asked)) {
            String name = line.replaceFirst(".*--topic (\\S+).*", "$1");
            assertThat(created.put(name, line))
                    .as("topic " + name + " is created once")
                    .isNull();
        }
        return created;
    }
}
