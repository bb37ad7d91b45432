package dev.mailroom.jamesserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.james.GuiceJamesServer;
import org.apache.james.MemoryJamesConfiguration;
import org.apache.james.MemoryJamesServerMain;
import org.apache.james.data.UsersRepositoryModuleChooser;
import org.apache.james.modules.protocols.ImapGuiceProbe;
import org.apache.james.modules.protocols.SmtpGuiceProbe;
import org.apache.james.utils.DataProbeImpl;

/**
 * Runs James until its standard input ends, so that it never outlives the test that started it.
 *
 * <p>Arguments: a PKCS #12 file with the server's key, and its password. When ready it prints one line
 * {@code READY imap=… imaps=… smtp=… smtps=…} with ports. Then each input line {@code user NAME PASSWORD} makes a user and is answered
 * with {@code OK} or {@code FAILED}.
 */
public final class JamesServer {
    private JamesServer() {}

    /** @throws Exception whatever James throws when it cannot start */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: JamesServer KEYSTORE PASSWORD");
        }
        // Libraries write to standard output as they like; the protocol with the parent stays clean.
        PrintStream answers = System.out;
        System.setOut(System.err);
        Path folder = Files.createTempDirectory("mailroom-james-");
        try {
            Path conf = Files.createDirectories(folder.resolve("conf"));
            new Configuration(conf, Path.of(args[0]), args[1]).write();
            GuiceJamesServer server = MemoryJamesServerMain.createServer(MemoryJamesConfiguration.builder()
                    .workingDirectory(folder.toFile())
                    .configurationFromClasspath()
                    .configurationPath(new org.apache.james.server.core.configuration.Configuration.ConfigurationPath(
                            "file://conf/"))
                    .usersRepository(UsersRepositoryModuleChooser.Implementation.DEFAULT)
                    .build());
            server.start();
            serve(server, answers);
            server.stop();
        } finally {
            delete(folder);
        }
        // James leaves threads behind.
        System.exit(0);
    }

    private static void serve(GuiceJamesServer server, PrintStream answers) throws Exception {
        DataProbeImpl data = server.getProbe(DataProbeImpl.class);
        if (!data.containsDomain("example.com")) {
            data.addDomain("example.com");
        }
        ImapGuiceProbe imap = server.getProbe(ImapGuiceProbe.class);
        SmtpGuiceProbe smtp = server.getProbe(SmtpGuiceProbe.class);
        answers.println("READY imap=" + imap.getImapStartTLSPort() + " imaps=" + imap.getImapSSLPort() + " smtp="
                + smtp.getSmtpStartTlsPort().getValue() + " smtps="
                + smtp.getSmtpSslPort().getValue());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = commands.readLine()) != null) {
            answers.println(obey(line, data));
        }
    }

    private static String obey(String line, DataProbeImpl data) {
        String[] words = line.split(" ", 3);
        if (words.length != 3 || !words[0].equals("user")) {
            return "FAILED";
        }
        try {
            data.addUser(words[1], words[2]);
            return "OK";
        } catch (Exception refused) {
            refused.printStackTrace();
            return "FAILED";
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
