package dev.mailroom.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script, in a repository of stand-ins: JDKs that only tell their version, a Maven that only tells its arguments. */
class ScriptTest {

    private static final List<String> SERVICES =
            List.of("account-service", "sync-service", "rules-service", "send-service");

    @TempDir
    Path folder = Path.of("unset");

    private Path home = Path.of("unset");

    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void makeRepository() throws Exception {
        home = Files.createDirectories(folder.resolve("a repository"));
        Files.copy(Path.of("../mailroom"), home.resolve("mailroom"), StandardCopyOption.COPY_ATTRIBUTES);
        program(
                home.resolve("mvnw"),
                "echo \"[INFO] Building Mailroom: contracts 1 [1/2]\"\necho \"$*\" >>\"$0.calls\"");
        write("pom.xml");
        for (String module : List.of("local-stack", "libs/contracts", "libs/testkit")) {
            write(module + "/pom.xml");
            write(module + "/src/main/java/A.java");
        }
        for (String service : SERVICES) {
            write(service + "/pom.xml");
            write(service + "/src/main/java/A.java");
        }
    }

    @Test
    void takesTheJdkThatIsNamedForItBeforeAnyOther() throws Exception {
        pretendBuilt();
        var outcome = run(Map.of("JDK_25", jdk("named", 25), "JAVA_HOME", jdk("home", 26)), "token");

        assertThat(outcome.out()).startsWith("named ").contains("local-stack.jar token");
    }

    @Test
    void knowsEveryCommandOfTheProgram() throws Exception {
        pretendBuilt();
        Map<String, String> java = Map.of("JAVA_HOME", jdk("home", 25));
        for (String command : Mailroom.commandLine().getSubcommands().keySet()) {
            if (!command.equals("help")) {
                assertThat(run(java, command).out()).as(command).contains("local-stack.jar " + command);
                assertThat(run(Map.of()).out()).contains("./mailroom " + command);
            }
        }
    }

    @Test
    void passesOverAnOldJdk() throws Exception {
        pretendBuilt();
        var outcome = run(Map.of("JAVA_HOME", jdk("old", 17), "MAILROOM_JDK_FOLDERS", jdk("newer", 27)), "token");

        assertThat(outcome.out()).startsWith("newer ");
    }

    @Test
    void findsTheJdkBehindALinkOnThePath() throws Exception {
        pretendBuilt();
        Path links = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("javac"), Path.of(jdk("linked", 25), "bin/javac"));

        var outcome = run(Map.of("PATH", links + ":" + System.getenv("PATH")), "token");

        assertThat(outcome.out()).startsWith("linked ");
    }

    @Test
    void saysInOneLineWhatToInstallWhereThereIsNoJdk() throws Exception {
        var outcome = run(Map.of("JAVA_HOME", jdk("old", 17)), "up");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains("a JDK 25 or newer is needed", "JDK 17 in", "JAVA_HOME");
    }

    @Test
    void helpsWithoutAJdk() throws Exception {
        assertThat(run(Map.of()).out()).contains("./mailroom demo");
        assertThat(run(Map.of(), "help").code()).isZero();
    }

    @Test
    void refusesACommandThatDoesNotExist() throws Exception {
        var outcome = run(Map.of(), "upp");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("there is no command upp");
    }

    @Test
    void buildsOnceAndAgainOnlyWhenASourceHasChanged() throws Exception {
        var environment = Map.of("JDK_25", jdk("jdk", 25));

        var first = run(environment, "up");
        assertThat(first.err()).contains("Building Mailroom", "Built in");
        pretendArtifacts();
        assertThat(mavenCalls()).singleElement().asString().contains("package", "-pl local-stack,", "-am");

        assertThat(run(environment, "up").err()).doesNotContain("Building");
        assertThat(mavenCalls()).hasSize(1);

        touch("libs/testkit/src/main/java/A.java");
        run(environment, "up");
        assertThat(mavenCalls()).as("the testkit is not in what runs").hasSize(1);

        touch("libs/contracts/src/main/java/A.java");
        run(environment, "up");
        assertThat(mavenCalls()).hasSize(2);
    }

    @Test
    void buildsAgainWhenASourceWasDeleted() throws Exception {
        var environment = Map.of("JDK_25", jdk("jdk", 25));
        run(environment, "up");
        pretendArtifacts();

        Files.delete(home.resolve("sync-service/src/main/java/A.java"));
        Files.setLastModifiedTime(
                home.resolve("sync-service/src/main/java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        run(environment, "up");

        assertThat(mavenCalls()).hasSize(2);
    }

    @Test
    void showsTheErrorsOfABuildThatFailed() throws Exception {
        program(home.resolve("mvnw"), "echo '[ERROR] A.java:[1,1] cannot find symbol'\nexit 1");

        var outcome = run(Map.of("JDK_25", jdk("jdk", 25)), "up");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("cannot find symbol", "Mailroom could not be built", "mailroom-build.log");
        assertThat(home.resolve("target/mailroom.stamp")).doesNotExist();
    }

    @Test
    void runsEveryTestWithTheJdkItFound() throws Exception {
        run(Map.of("JDK_25", jdk("jdk", 25)), "test", "-Dx=y");

        assertThat(mavenCalls()).containsExactly("-B -T 2 verify -Dx=y");
    }

    private void pretendBuilt() throws IOException {
        pretendArtifacts();
        write("target/mailroom.stamp");
    }

    private void pretendArtifacts() throws IOException {
        write("local-stack/target/local-stack.jar");
        for (String service : SERVICES) {
            write(service + "/target/quarkus-app/quarkus-run.jar");
        }
    }

    private void write(String path) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    private void touch(String path) throws IOException {
        Files.setLastModifiedTime(
                home.resolve(path), FileTime.from(Instant.now().plusSeconds(5)));
    }

    private List<String> mavenCalls() throws IOException {
        Path calls = home.resolve("mvnw.calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    /** A folder that looks like a JDK; its java tells its name and arguments. */
    private String jdk(String name, int version) throws IOException {
        Path jdk = folder.resolve(name);
        program(jdk.resolve("bin/javac"), "echo javac " + version + ".0.1");
        program(jdk.resolve("bin/java"), "echo " + name + " \"$@\"");
        return jdk.toString();
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(home.resolve("mailroom").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        // No JDK of this machine: only those that a test makes.
        var own = builder.environment();
        own.keySet().removeAll(List.of("JDK_25", "JAVA_HOME"));
        own.put("MAILROOM_JDK_FOLDERS", "");
        own.put("PATH", toolsWithoutJava());
        own.putAll(environment);
        if (environment.containsKey("PATH")) {
            own.put("PATH", environment.get("PATH").split(":", 2)[0] + ":" + toolsWithoutJava());
        }
        int code = builder.start().waitFor();
        return new Outcome(
                code,
                Files.readString(folder.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(folder.resolve("err"), StandardCharsets.UTF_8));
    }

    /** The tools that the script uses, without whatever javac is beside them. */
    private String toolsWithoutJava() throws IOException {
        Path tools = folder.resolve("tools");
        if (!Files.exists(tools)) {
            Files.createDirectories(tools);
            for (String tool : List.of(
                    "sed",
                    "cat",
                    "dirname",
                    "readlink",
                    "find",
                    "grep",
                    "head",
                    "tail",
                    "touch",
                    "mkdir",
                    "mv",
                    "date",
                    "sleep")) {
                for (String place : System.getenv("PATH").split(":")) {
                    Path program = Path.of(place, tool);
                    if (Files.isExecutable(program) && !Files.exists(tools.resolve(tool))) {
                        program(tools.resolve(tool), "exec " + program + " \"$@\"");
                    }
                }
            }
        }
        return tools.toString();
    }
}
