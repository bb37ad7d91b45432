package dev.mailroom.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who runs PostgreSQL, which refuses to run as root.
 *
 * <p>A normal user runs it as they are; one without a name, in a user namespace. Root tries, in this order, {@code setpriv}, {@code runuser}, {@code su} and a user namespace
 * of {@code unshare}, and takes the first that works here: a container may have none of them, or forbid some.
 *
 * @param prefix words to put before a command; empty for a normal user
 * @param uid who must own the files, -1 for the user of this JVM
 * @param gid their group, -1 for the group of this JVM
 */
record UnprivilegedUser(List<String> prefix, int uid, int gid) {

    private static final Duration PROBE_MAX = Duration.ofSeconds(10);
    private static final String NOBODY_ID = "65534";

    private static final List<String> NAMESPACE = List.of("unshare", "-U", "--");

    /** Ways to give up root's rights, in the order in which they are tried. */
    static final List<List<String>> WAYS = List.of(
            List.of("setpriv", "--reuid=" + NOBODY_ID, "--regid=" + NOBODY_ID, "--clear-groups", "--"),
            List.of("runuser", "-u", "nobody", "--"),
            List.of("su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "nobody", "--"),
            NAMESPACE);

    static UnprivilegedUser find() {
        long uid = new UnixSystem().getUid();
        return uid == 0 ? findForRoot(WAYS) : findForUser(uid, List.of("id", "-un"), NAMESPACE);
    }

    /**
     * A user without a name, as containers have them: PostgreSQL wants one, and in a namespace of its own the user is nobody.
     *
     * @param nameProbe the command that succeeds for a user with a name
     */
    static UnprivilegedUser findForUser(long uid, List<String> nameProbe, List<String> namespace) {
        if (succeeds(nameProbe)) {
            return new UnprivilegedUser(List.of(), -1, -1);
        }
        if (succeeds(concat(namespace, List.of("id", "-un")))) {
            return new UnprivilegedUser(namespace, -1, -1);
        }
        throw new EmbeddedServerException("PostgreSQL wants its user to have a name, and user " + uid
                + " has none here: add a line for it to /etc/passwd, or run Mailroom as a user that is there");
    }

    private static boolean succeeds(List<String> command) {
        try {
            return CommandRunner.run(command, PROBE_MAX).code() == 0;
        } catch (IOException e) {
            // Not installed here.
            return false;
        }
    }

    static UnprivilegedUser findForRoot(List<List<String>> ways) {
        for (List<String> way : ways) {
            int uid = probe(way, "-u");
            if (uid > 0) {
                // Inside a user namespace the files still belong to root; a changed owner would lock PostgreSQL out.
                boolean namespace = way.getFirst().endsWith("unshare");
                return new UnprivilegedUser(way, namespace ? -1 : uid, namespace ? -1 : probe(way, "-g"));
            }
        }
        throw new EmbeddedServerException(
                "PostgreSQL does not run as root, and none of setpriv, runuser, su and unshare can start it as another user here:"
                        + " run Mailroom as a normal user");
    }

    private static int probe(List<String> way, String option) {
        try {
            var outcome = CommandRunner.run(concat(way, List.of("id", option)), PROBE_MAX);
            return outcome.code() == 0 ? Integer.parseInt(outcome.lastLine()) : -1;
        } catch (IOException | NumberFormatException e) {
            // Not installed or not allowed here: the next way is tried.
            return -1;
        }
    }

    List<String> command(List<String> words) {
        return concat(prefix, words);
    }

    /** Gives a file or folder, not what is in it, to the user who runs PostgreSQL. */
    void own(Path path) throws IOException {
        if (uid >= 0) {
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** @throws EmbeddedServerException if the user who runs PostgreSQL cannot come to this folder, naming the one that is shut */
    void requireReach(Path folder) throws IOException {
        if (uid < 0
                || CommandRunner.run(command(List.of("test", "-x", folder.toString())), PROBE_MAX)
                                .code()
                        == 0) {
            return;
        }
        Path shut = folder;
        for (Path parent = folder; parent != null; parent = parent.getParent()) {
            if (CommandRunner.run(command(List.of("test", "-x", parent.toString())), PROBE_MAX)
                            .code()
                    != 0) {
                shut = parent;
            }
        }
        throw new EmbeddedServerException("PostgreSQL does not run as root but as user " + uid + ", who may not enter "
                + shut + ": choose a data folder outside it, for example below /var/lib");
    }

    private static List<String> concat(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
