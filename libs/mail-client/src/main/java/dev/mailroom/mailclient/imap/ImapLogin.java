package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.ServerText;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The dialogue from the greeting to a session that is ready: STARTTLS, log-in, ID, ENABLE.
 *
 * <p>Nothing secret is sent before the certificate is verified, and exactly one mechanism is tried: each further attempt with a wrong
 * password would count as one more failure on the way to a locked account.
 */
final class ImapLogin {
    private static final int IDENTITY_MAX_FIELDS = 30;

    private final ImapChannel channel;
    private final Set<String> enabled = new HashSet<>();
    private final Map<String, String> identity = new LinkedHashMap<>();

    ImapLogin(ImapChannel channel) {
        this.channel = channel;
    }

    /** Extensions that the server switched on, upper case. */
    Set<String> enabled() {
        return Set.copyOf(enabled);
    }

    /** The server's answer to ID. */
    Map<String, String> identity() {
        return Map.copyOf(identity);
    }

    void run(Endpoint endpoint, ImapCredentials credentials) throws MailException {
        prepare(endpoint);
        channel.loginBegins();
        logIn(credentials);
        if (!channel.capabilities().known()) {
            askCapabilities(Stage.LOGIN);
        }
        exchangeIdentity();
        enable();
    }

    /** All that comes before the log-in, and whether there would be a way to log in. Says good-bye and does not wait for the answer. */
    void tryWithoutCredentials(Endpoint endpoint) throws MailException {
        prepare(endpoint);
        if (!takesPasswords()) {
            throw fatal(MailException.of(Stage.LOGIN, Category.AUTH_MECHANISM_MISSING));
        }
        try {
            channel.send((channel.nextTag() + " LOGOUT\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException alreadyGone) {
            // It said all that was asked.
            return;
        } finally {
            channel.close();
        }
    }

    private boolean takesPasswords() {
        return channel.supports("AUTH=PLAIN") || channel.supports("AUTH=LOGIN") || !channel.supports("LOGINDISABLED");
    }

    private void prepare(Endpoint endpoint) throws MailException {
        readGreeting();
        if (endpoint.encryption() == Encryption.STARTTLS) {
            startTls();
        }
        if (!channel.socket().secured()) {
            throw MailException.of(Stage.STARTTLS, Category.STARTTLS_UNAVAILABLE);
        }
        if (!channel.capabilities().known()) {
            askCapabilities(Stage.GREETING);
        }
    }

    private void readGreeting() throws MailException {
        ImapLine greeting = channel.readGreeting(channel.loginRules(Stage.GREETING));
        if (greeting.isUnTagged() && greeting.isBYE()) {
            throw fatal(Refusals.bye(Stage.GREETING, greeting.statusText(), false));
        }
        if (greeting.isUnTagged() && greeting.keyEquals("PREAUTH")) {
            // In plain text it hides that STARTTLS is being prevented; over TLS it is the session of we do not know
            // whom.
            throw fatal(MailException.of(Stage.GREETING, Category.PREAUTH_REFUSED));
        }
        if (!greeting.isUnTagged() || !greeting.isOK()) {
            throw fatal(MailException.of(Stage.GREETING, Category.NOT_THE_PROTOCOL));
        }
        StatusText status = greeting.statusText();
        if (status.is("CAPABILITY")) {
            channel.capabilities().learn(Tokens.of(status.argument()));
        }
    }

    private void startTls() throws MailException {
        if (!channel.capabilities().known()) {
            askCapabilities(Stage.STARTTLS);
        }
        if (!channel.supports("STARTTLS")) {
            throw fatal(MailException.of(Stage.STARTTLS, Category.STARTTLS_UNAVAILABLE));
        }
        channel.run(Command.of("STARTTLS"), channel.loginRules(Stage.STARTTLS), Untagged.Handler.NONE);
        if (channel.hasUnread()) {
            throw fatal(MailException.of(Stage.STARTTLS, Category.STARTTLS_INJECTION));
        }
        channel.socket().secure();
        try {
            channel.startOver();
        } catch (IOException broken) {
            throw fatal(MailException.of(Stage.TLS, Category.CONNECTION_LOST, broken));
        }
    }

    private void askCapabilities(Stage stage) throws MailException {
        channel.run(Command.of("CAPABILITY"), channel.loginRules(stage), Untagged.Handler.NONE);
    }

    private void logIn(ImapCredentials credentials) throws MailException {
        Rules rules = channel.loginRules(Stage.LOGIN);
        Reply reply;
        if (channel.supports("AUTH=PLAIN")) {
            reply = authenticatePlain(credentials, rules);
        } else if (!channel.supports("LOGINDISABLED")) {
            reply = login(credentials, rules);
        } else if (channel.supports("AUTH=LOGIN")) {
            reply = authenticateLogin(credentials, rules);
        } else {
            throw fatal(MailException.of(Stage.LOGIN, Category.AUTH_MECHANISM_MISSING));
        }
        if (reply.kind() == Reply.Kind.NO) {
            throw fatal(channel.refusal(Stage.LOGIN, reply));
        }
        if (!reply.isOk()) {
            throw fatal(badLogin(reply));
        }
        // What a server says it can do after the log-in may differ from what it said before.
        if (!reply.status().is("CAPABILITY")) {
            channel.capabilities().forget();
        }
    }

    // BAD means that the command was not understood: whatever it says, it is no judgement of the password.
    private MailException badLogin(Reply reply) {
        MailException refusal = channel.refusal(Stage.LOGIN, reply);
        if (refusal.category() != Category.CREDENTIALS_REFUSED) {
            return refusal;
        }
        return MailException.at(Stage.LOGIN, Category.COMMAND_REFUSED)
                .remedy(Remedy.BACK_OFF)
                .responseCode(refusal.responseCode())
                .serverText(refusal.serverText())
                .build();
    }

    private Reply authenticatePlain(ImapCredentials credentials, Rules rules) throws MailException {
        byte[] username = credentials.username().getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password().utf8();
        byte[] message = new byte[username.length + password.length + 2];
        System.arraycopy(username, 0, message, 1, username.length);
        System.arraycopy(password, 0, message, username.length + 2, password.length);
        byte[] encoded = Base64.getEncoder().encode(message);
        try {
            if (channel.supports("SASL-IR")) {
                Command command = Command.of("AUTHENTICATE PLAIN ").secret(encoded);
                try {
                    return channel.tryRun(command, rules, Untagged.Handler.NONE);
                } finally {
                    command.wipe();
                }
            }
            return channel.authenticate("AUTHENTICATE PLAIN", new byte[][] {encoded}, rules);
        } finally {
            wipe(password, message, encoded);
        }
    }

    private Reply authenticateLogin(ImapCredentials credentials, Rules rules) throws MailException {
        byte[] username = Base64.getEncoder().encode(credentials.username().getBytes(StandardCharsets.UTF_8));
        byte[] password = credentials.password().utf8();
        byte[] encoded = Base64.getEncoder().encode(password);
        try {
            return channel.authenticate("AUTHENTICATE LOGIN", new byte[][] {username, encoded}, rules);
        } finally {
            wipe(password, encoded);
        }
    }

    private Reply login(ImapCredentials credentials, Rules rules) throws MailException {
        byte[] password = credentials.password().utf8();
        try {
            Command command = Command.of("LOGIN ")
                    .string(credentials.username().getBytes(StandardCharsets.UTF_8))
                    .text(" ")
                    .string(password);
            try {
                return channel.tryRun(command, rules, Untagged.Handler.NONE);
            } finally {
                command.wipe();
            }
        } catch (IllegalArgumentException notSendable) {
            throw fatal(MailException.of(Stage.LOGIN, Category.CREDENTIALS_REFUSED, notSendable));
        } finally {
            wipe(password);
        }
    }

    // Some providers refuse every SELECT until the client has said who it is.
    private void exchangeIdentity() throws MailException {
        if (!channel.supports("ID")) {
            return;
        }
        channel.tryRun(
                Command.of("ID (\"name\" \"Mailroom\" \"version\" \"1.0\")"),
                channel.loginRules(Stage.LOGIN),
                answer -> {
                    if (answer.is("ID")) {
                        readIdentity(answer.rest());
                        return true;
                    }
                    return false;
                });
    }

    private void readIdentity(Tokens tokens) {
        if (!tokens.take('(')) {
            return;
        }
        while (!tokens.take(')') && identity.size() < IDENTITY_MAX_FIELDS) {
            String field = ServerText.clean(tokens.string()).toLowerCase(Locale.ROOT);
            byte[] value = tokens.nstring();
            if (value != null) {
                identity.put(field, ServerText.clean(new String(value, StandardCharsets.UTF_8)));
            }
        }
    }

    private void enable() throws MailException {
        List<String> wanted = new ArrayList<>();
        if (channel.supports("QRESYNC") || channel.supports("CONDSTORE")) {
            wanted.add(channel.supports("QRESYNC") ? "QRESYNC" : "CONDSTORE");
        }
        if (channel.supports("UTF8=ACCEPT") || channel.supports("UTF8=ONLY")) {
            wanted.add("UTF8=ACCEPT");
        }
        if (wanted.isEmpty() || !channel.supports("ENABLE")) {
            return;
        }
        channel.tryRun(Command.of("ENABLE " + String.join(" ", wanted)), channel.loginRules(Stage.LOGIN), answer -> {
            if (answer.is("ENABLED")) {
                for (String name : answer.rest().rest().split(" ", -1)) {
                    enabled.add(name.toUpperCase(Locale.ROOT));
                }
                return true;
            }
            return false;
        });
        if (enabled.contains("UTF8=ACCEPT")) {
            channel.capabilities().speaksUtf8();
        }
    }

    private MailException fatal(MailException failure) {
        channel.abort();
        return failure;
    }

    private static void wipe(byte[]... arrays) {
        for (byte[] array : arrays) {
            Arrays.fill(array, (byte) 0);
        }
    }
}
