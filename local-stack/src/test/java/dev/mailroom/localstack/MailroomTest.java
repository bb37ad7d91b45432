package dev.mailroom.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailroomTest {

    @TempDir
    Path folder = Path.of("unset");

    private final StringWriter errors = new StringWriter();

    @Test
    void saysAFailureInOneLineAndEndsWithOne() {
        int code = execute("token", "--data", folder.toString());

        assertThat(code).isEqualTo(1);
        assertThat(errors.toString().strip().lines()).hasSize(1);
        assertThat(errors.toString()).startsWith("mailroom: no stack has been started here");
    }

    @Test
    void endsWithTwoForWrongArguments() {
        assertThat(execute("token", "--role", "king")).isEqualTo(2);
        assertThat(execute("up", "--port-offset", "many")).isEqualTo(2);
        assertThat(execute("status", "--verbose")).isEqualTo(2);
    }

    @Test
    void saysThatNoStackRuns() {
        assertThat(execute("tail", "--data", folder.toString())).isEqualTo(1);
        assertThat(execute("status", "--data", folder.toString())).isEqualTo(1);
        assertThat(errors.toString()).contains("no stack is running on " + folder);
    }

    private int execute(String... arguments) {
        return Mailroom.commandLine().setErr(new PrintWriter(errors, true)).execute(arguments);
    }
}
