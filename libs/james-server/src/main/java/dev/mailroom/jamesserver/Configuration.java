package dev.mailroom.jamesserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files that James reads at its start: TLS everywhere, free ports on 127.0.0.1, nothing that leaves the machine. */
final class Configuration {
    private final Path folder;
    private final Path keyStore;
    private final String secret;

    /** @param folder that becomes James' {@code conf} folder */
    Configuration(Path folder, Path keyStore, String secret) {
        this.folder = folder;
        this.keyStore = keyStore;
        this.secret = secret;
    }

    void write() throws IOException {
        put("imapserver.xml", "<imapservers>" + imap("starttls", false) + imap("tls", true) + "</imapservers>");
        put("smtpserver.xml", "<smtpservers>" + smtp("starttls", false) + smtp("tls", true) + "</smtpservers>");
        put("lmtpserver.xml", "<lmtpservers><lmtpserver enabled=\"false\"/></lmtpservers>");
        put("pop3server.xml", "<pop3servers><pop3server enabled=\"false\"/></pop3servers>");
        put("managesieveserver.xml", "<managesieveservers><managesieveserver enabled=\"false\"/></managesieveservers>");
        put("domainlist.xml", """
                <domainlist class="org.apache.james.domainlist.memory.MemoryDomainList">
                  <autodetect>false</autodetect>
                  <autodetectIP>false</autodetectIP>
                  <defaultDomain>example.com</defaultDomain>
                </domainlist>
                """);
        put("usersrepository.xml", """
                <usersrepository name="LocalUsers" class="org.apache.james.user.memory.MemoryUsersRepository">
                  <enableVirtualHosting>true</enableVirtualHosting>
                </usersrepository>
                """);
        put(
                "dnsservice.xml",
                "<dnsservice><servers><server>127.0.0.1</server></servers><autodiscover>false</autodiscover></dnsservice>");
        put("recipientrewritetable.xml", "<recipientrewritetable/>");
        put("mailrepositorystore.xml", """
                <mailrepositorystore>
                  <defaultProtocol>memory</defaultProtocol>
                  <mailrepositories>
                    <mailrepository class="org.apache.james.mailrepository.memory.MemoryMailRepository">
                      <protocols><protocol>memory</protocol></protocols>
                    </mailrepository>
                  </mailrepositories>
                </mailrepositorystore>
                """);
        put("mailetcontainer.xml", mailets());
        put("webadmin.properties", "enabled=false\n");
        put("jmx.properties", "jmx.enabled=false\n");
        put("jmap.properties", "enabled=false\n");
    }

    private String imap(String name, boolean tls) {
        return """
                <imapserver enabled="true">
                  <jmxName>imap-%s</jmxName>
                  <bind>127.0.0.1:0</bind>
                  %s
                  <plainAuthDisallowed>true</plainAuthDisallowed>
                  <auth><plainAuthEnabled>true</plainAuthEnabled></auth>
                  <enableIdle>true</enableIdle>
                  <connectionLimit>0</connectionLimit>
                  <connectionLimitPerIP>0</connectionLimitPerIP>
                </imapserver>
                """.formatted(name, tls(tls));
    }

    private String smtp(String name, boolean tls) {
        return """
                <smtpserver enabled="true">
                  <jmxName>smtp-%s</jmxName>
                  <bind>127.0.0.1:0</bind>
                  %s
                  <auth><announce>always</announce><requireSSL>true</requireSSL></auth>
                  <verifyIdentity>false</verifyIdentity>
                  <maxmessagesize>0</maxmessagesize>
                  <handlerchain>
                    <handler class="org.apache.james.smtpserver.fastfail.ValidRcptHandler"/>
                    <handler class="org.apache.james.smtpserver.CoreCmdHandlerLoader"/>
                  </handlerchain>
                </smtpserver>
                """.formatted(name, tls(tls));
    }

    private String tls(boolean fromTheStart) {
        return """
                <tls socketTLS="%s" startTLS="%s">
                  <keystore>file://%s</keystore>
                  <keystoreType>PKCS12</keystoreType>
                  <secret>%s</secret>
                </tls>""".formatted(fromTheStart, !fromTheStart, keyStore.toAbsolutePath(), secret);
    }

    // Mail for others on this server is delivered, everything else is dropped: a test server sends nothing away.
    private static String mailets() {
        return """
                <mailetcontainer enableJmx="false">
                  <context><postmaster>postmaster@example.com</postmaster></context>
                  <spooler><threads>2</threads><errorRepository>memory://var/mail/error/</errorRepository></spooler>
                  <processors>
                    <processor state="root" enableJmx="false">
                      <mailet match="All" class="ToProcessor"><processor>transport</processor></mailet>
                    </processor>
                    <processor state="transport" enableJmx="false">
                      <mailet match="All" class="RemoveMimeHeader"><name>bcc</name></mailet>
                      <mailet match="RecipientIsLocal" class="LocalDelivery"/>
                      <mailet match="All" class="Null"/>
                    </processor>
                    <processor state="error" enableJmx="false">
                      <mailet match="All" class="ToRepository">
                        <repositoryPath>memory://var/mail/error/</repositoryPath>
                      </mailet>
                    </processor>
                  </processors>
                </mailetcontainer>
                """;
    }

    private void put(String file, String content) throws IOException {
        String declared = file.endsWith(".xml") ? "<?xml version=\"1.0\"?>\n" + content : content;
        Files.writeString(folder.resolve(file), declared);
    }
}
