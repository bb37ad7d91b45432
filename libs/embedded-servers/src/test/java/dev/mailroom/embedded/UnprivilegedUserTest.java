package dev.mailroom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnprivilegedUserTest {

    @Test
    void saysInOneLineThatRootCannotGiveUpItsRights() {
        var ways = List.of(List.of("no-such-program"), List.of("/bin/false"));

        assertThatThrownBy(() -> UnprivilegedUser.findForRoot(ways))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("PostgreSQL does not run as root")
                .hasMessageContaining("run Mailroom as a normal user")
                .hasMessageNotContaining("\n");
    }

    @Test
    void passesOverAWayThatLeavesRootInPlace() {
        var ways = List.of(List.of("env"), List.of("/bin/false"));
        assumeTrue(new UnixSystem().getUid() == 0, "a normal user has no root's rights to keep");

        assertThatThrownBy(() -> UnprivilegedUser.findForRoot(ways)).isInstanceOf(EmbeddedServerException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void setsUpAClusterInEveryWayThatThisMachineAllows(int way) throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root has rights to give up");
        UnprivilegedUser user;
        try {
            user = UnprivilegedUser.findForRoot(List.of(UnprivilegedUser.WAYS.get(way)));
        } catch (EmbeddedServerException e) {
            assumeTrue(
                    false, "not allowed here: " + UnprivilegedUser.WAYS.get(way).getFirst());
            return;
        }
        Path folder = Files.createTempDirectory("unprivileged").toRealPath();
        try {
            user.own(folder);
            var cluster =
                    new PostgresCluster(PostgresBinaries.unpacked(), user, folder, PostgresCluster.Keeping.DURABLE);

            cluster.prepare();
            var postmaster = new Postmaster(cluster);
            postmaster.start(LoopbackPorts.free());

            assertThat(postmaster.isAlive()).isTrue();
            postmaster.stop();
        } finally {
            Folders.deleteIfExists(folder);
        }
    }

    @Test
    void namesTheFolderThatTheOtherUserMayNotEnter() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root has rights to give up");
        var user = UnprivilegedUser.findForRoot(UnprivilegedUser.WAYS);
        Path shut = Files.createTempDirectory("shut").toRealPath();
        Path inside = Files.createDirectories(shut.resolve("data/postgres"));
        try {
            assertThatThrownBy(() -> user.requireReach(inside))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("may not enter " + shut + ":");
        } finally {
            Folders.deleteIfExists(shut);
        }
    }

    @Test
    void leavesAUserWithANameAsTheyAre() {
        assertThat(UnprivilegedUser.findForUser(1000, List.of("true"), List.of("/bin/false")))
                .isEqualTo(new UnprivilegedUser(List.of(), -1, -1));
    }

    @Test
    void givesAUserWithoutANameOne() {
        assertThat(UnprivilegedUser.findForUser(1000, List.of("/bin/false"), List.of("env"))
                        .command(List.of("initdb")))
                .containsExactly("env", "initdb");
    }

    @Test
    void saysInOneLineThatAUserWithoutANameCannotRunIt() {
        assertThatThrownBy(() -> UnprivilegedUser.findForUser(1000, List.of("/bin/false"), List.of("/bin/false")))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("user 1000 has none here")
                .hasMessageNotContaining("\n");
    }

    @Test
    void givesUpOnACommandThatDoesNotEnd() {
        assertThatThrownBy(() -> CommandRunner.run(List.of("sleep", "60"), Duration.ofMillis(100)))
                .hasMessageContaining("sleep did not end");
    }
}
