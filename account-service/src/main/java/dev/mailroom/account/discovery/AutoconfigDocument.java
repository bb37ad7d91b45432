package dev.mailroom.account.discovery;

import dev.mailroom.account.discovery.AutoconfigException.Reason;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A {@code config-v1.1.xml}. Only servers with encryption are read, and of these the ones that begin with TLS come first.
 *
 * @param displayName how the provider calls itself, or null
 * @param incoming IMAP servers
 * @param outgoing SMTP servers
 */
record AutoconfigDocument(@Nullable String displayName, List<Entry> incoming, List<Entry> outgoing) {
    private static final int DEPTH_MAX = 16;
    private static final int SERVERS_MAX = 40;
    private static final int TEXT_MAX_CHARACTERS = 320;
    private static final int PORT_MAX = 65_535;
    private static final Set<String> TEXTS =
            Set.of("hostname", "port", "socketType", "username", "authentication", "displayName");

    /**
     * One server of the file.
     *
     * @param host may hold {@code {domain}} and the like
     * @param username with {@code {email}}, {@code {local}} and {@code {domain}}; null if the file says nothing
     * @param takesPassword false if only OAuth or other ways are named
     */
    record Entry(
            String host,
            int port,
            Encryption encryption,
            @Nullable String username,
            boolean takesPassword) {
        Server server(MailAddress address) {
            String named = UsernameTemplate.fill(host, address).toLowerCase(Locale.ROOT);
            return new Server(named, port, encryption);
        }
    }

    /** @throws AutoconfigException if it is no such file, or has a document type: it could ask for other files or grow without end */
    static AutoconfigDocument read(byte[] xml) throws AutoconfigException {
        try {
            XMLStreamReader reader = factory().createXMLStreamReader(new ByteArrayInputStream(xml));
            try {
                return new Reading(reader).document();
            } finally {
                reader.close();
            }
        } catch (XMLStreamException malformed) {
            throw new AutoconfigException(Reason.UNUSABLE, "not well-formed", malformed);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((_, _, _, _) -> {
            throw new XMLStreamException("nothing outside of the file is read");
        });
        return factory;
    }

    /** One pass through the file. */
    private static final class Reading {
        private final XMLStreamReader reader;
        private final List<Entry> incoming = new ArrayList<>();
        private final List<Entry> outgoing = new ArrayList<>();
        private final List<String> path = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private @Nullable String displayName;
        private @Nullable Fields server;

        Reading(XMLStreamReader reader) {
            this.reader = reader;
        }

        AutoconfigDocument document() throws XMLStreamException, AutoconfigException {
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> start();
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> characters();
                    case XMLStreamConstants.END_ELEMENT -> end();
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw unusable("a document type or an entity");
                    default -> {
                        // Comments and white space say nothing.
                    }
                }
            }
            return new AutoconfigDocument(displayName, tlsFirst(incoming), tlsFirst(outgoing));
        }

        private void start() throws AutoconfigException {
            String name = reader.getLocalName();
            if (path.size() == DEPTH_MAX) {
                throw unusable("nested too deep");
            }
            if (path.isEmpty() && !name.equals("clientConfig")) {
                throw unusable("no clientConfig");
            }
            path.add(name);
            text.setLength(0);
            if (path.size() == 3 && (name.equals("incomingServer") || name.equals("outgoingServer"))) {
                server = new Fields(name, String.valueOf(reader.getAttributeValue(null, "type")));
            }
        }

        private void characters() throws AutoconfigException {
            if (!path.isEmpty() && TEXTS.contains(path.getLast())) {
                text.append(reader.getText());
                if (text.length() > TEXT_MAX_CHARACTERS) {
                    throw unusable("a text is too long");
                }
            }
        }

        private void end() throws AutoconfigException {
            String name = path.removeLast();
            String value = text.toString().strip();
            text.setLength(0);
            Fields current = server;
            if (path.size() == 3 && current != null) {
                current.set(name, value);
            } else if (path.size() == 2 && current != null) {
                keep(current);
                server = null;
            } else if (path.size() == 2 && name.equals("displayName") && displayName == null && isPlain(value)) {
                displayName = value;
            }
        }

        private void keep(Fields fields) throws AutoconfigException {
            boolean in = fields.element.equals("incomingServer");
            if (!fields.type.equals(in ? "imap" : "smtp")) {
                return;
            }
            Entry entry = fields.entry();
            if (entry == null) {
                return;
            }
            List<Entry> list = in ? incoming : outgoing;
            if (list.size() == SERVERS_MAX) {
                throw unusable("too many servers");
            }
            list.add(entry);
        }

        private static List<Entry> tlsFirst(List<Entry> entries) {
            List<Entry> sorted = new ArrayList<>(entries);
            sorted.sort((a, b) -> a.encryption().compareTo(b.encryption()));
            return List.copyOf(sorted);
        }
    }

    /** What stands inside one server element. */
    private static final class Fields {
        private static final Set<String> PASSWORD_WAYS =
                Set.of("password-cleartext", "plain", "password-encrypted", "secure");

        private final String element;
        private final String type;
        private final Set<String> ways = new HashSet<>();
        private String host = "";
        private String port = "";
        private String socketType = "";
        private String username = "";

        Fields(String element, String type) {
            this.element = element;
            this.type = type;
        }

        void set(String name, String value) {
            switch (name) {
                case "hostname" -> host = template(value);
                case "port" -> port = value;
                case "socketType" -> socketType = value.toUpperCase(Locale.ROOT);
                case "username" -> username = template(value);
                case "authentication" -> ways.add(value.toLowerCase(Locale.ROOT));
                default -> {
                    // Everything else is for other programs.
                }
            }
        }

        /** Null if the server is not encrypted or the entry makes no sense. */
        @Nullable
        Entry entry() {
            Encryption encryption =
                    switch (socketType) {
                        case "SSL", "TLS" -> Encryption.TLS;
                        case "STARTTLS" -> Encryption.STARTTLS;
                        default -> null;
                    };
            int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
            if (encryption == null || number < 1 || number > PORT_MAX || host.isEmpty() || !isPlain(username)) {
                return null;
            }
            boolean takesPassword = ways.isEmpty() || ways.stream().anyMatch(PASSWORD_WAYS::contains);
            return new Entry(host, number, encryption, username.isEmpty() ? null : username, takesPassword);
        }

        private static String template(String value) {
            return value.replace("%EMAILADDRESS%", UsernameTemplate.EMAIL)
                    .replace("%EMAILLOCALPART%", UsernameTemplate.LOCAL)
                    .replace("%EMAILDOMAIN%", UsernameTemplate.DOMAIN);
        }
    }

    private static boolean isPlain(String value) {
        return value.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    private static AutoconfigException unusable(String message) {
        return new AutoconfigException(Reason.UNUSABLE, message);
    }
}
