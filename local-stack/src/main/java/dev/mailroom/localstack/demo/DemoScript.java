package dev.mailroom.localstack.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.ApiAnswer;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.connect.ImportWatch;
import dev.mailroom.localstack.connect.ServerOption;
import dev.mailroom.localstack.mailserver.DemoMailServer;
import dev.mailroom.localstack.mailserver.Person;
import dev.mailroom.localstack.stack.ServiceName;
import dev.mailroom.localstack.tail.SeenEvent;
import dev.mailroom.localstack.terminal.CommandFailure;
import dev.mailroom.localstack.terminal.Terminal;
import java.time.Duration;
import java.util.function.Predicate;

/** What a team does with Mailroom, in five steps, each proven by the events that follow from it and by the mail server itself. */
final class DemoScript {

    /** How long an event may take that follows at once from what was asked. */
    private static final Duration EVENT_MAX = Duration.ofSeconds(20);

    /** How long an event may take that needs a mail server first. */
    private static final Duration MAIL_MAX = Duration.ofSeconds(30);

    private static final Duration IMPORT_MAX = Duration.ofSeconds(120);
    private static final String SUBJECT = "Invoice 2026-0142 for the oak shelves";
    private static final String LABEL = "Finance/Invoices";

    private final MailroomApi api;
    private final EventJournal journal;
    private final DemoMailServer mail;
    private final Terminal terminal;
    private final Summary summary;

    DemoScript(MailroomApi api, EventJournal journal, DemoMailServer mail, Terminal terminal, Summary summary) {
        this.api = api;
        this.journal = journal;
        this.mail = mail;
        this.terminal = terminal;
        this.summary = summary;
    }

    void play() {
        String ana = connect(1, Person.ANA);
        String bo = connect(2, Person.BO);
        String rule = addRule(bo);
        String outgoing = send(ana);
        followTheMail(ana, outgoing);
        followTheRule(bo, rule);
        lookAtTheMailServer();
    }

    private void title(int number, String text) {
        terminal.blank();
        terminal.line(terminal.bold(number + "  " + text));
    }

    private String connect(int number, Person person) {
        title(number, "Connect " + person.address());
        ObjectNode form = MailroomApi.object();
        form.put("kind", "imap")
                .put("display_name", person.name())
                .put("email", person.address())
                .put("password", person.password())
                .put("history", "1y")
                .put("sidebar", "pin_all");
        form.set("imap", new ServerOption(mail.host(), mail.imapPort(), "tls").toJson());
        form.set("smtp", new ServerOption(mail.host(), mail.smtpPort(), "tls").toJson());
        form.putObject("sharing").put("mode", "personal");
        String account = created("account", api.post(ServiceName.ACCOUNT, "/v1/accounts", form));

        journal.await("account.connected", EVENT_MAX, is("account.connected", account));
        journal.await("sync.state_changed", EVENT_MAX, is("sync.state_changed", account));
        journal.hold();
        try {
            new ImportWatch(api, terminal).untilDone(account, "    importing history", IMPORT_MAX);
            journal.awaitAll("message.imported", mail.messages(person), MAIL_MAX, is("message.imported", account));
        } finally {
            journal.release();
        }
        journal.await(
                "sync.state_changed to live",
                MAIL_MAX,
                is("sync.state_changed", account)
                        .and(event -> event.data().path("state").asText().equals("live")));
        int imported = mail.messages(person);
        summary.done(
                "connect",
                person.address() + ": " + imported + (imported == 1 ? " message" : " messages")
                        + " of history imported, live");
        return account;
    }

    private String addRule(String bo) {
        title(3, "Add a rule: mail to Bo with \"invoice\" in its subject is labeled " + LABEL + " and marked as read");
        ObjectNode rule = MailroomApi.object();
        rule.put("description", "Invoices")
                .put("type", "incoming_email")
                .put("scope", "personal")
                .put("position", 10)
                .put("enabled", true)
                .put("stop_processing", false);
        var all = rule.putObject("condition").putArray("all");
        all.addObject().put("field", "subject").put("op", "contains").put("value", "invoice");
        all.addObject().put("field", "email_account").put("op", "is").put("value", bo);
        var actions = rule.putArray("actions");
        actions.addObject().put("type", "apply_label").put("label", LABEL);
        actions.addObject().put("type", "mark_read");
        String id = created("rule", api.post(ServiceName.RULES, "/v1/rules", rule));
        terminal.line("    rule " + id);
        summary.done("rule", "subject contains \"invoice\" → label " + LABEL + ", mark as read");
        return id;
    }

    private String send(String ana) {
        title(4, "Send a mail from Ana to Bo: " + SUBJECT);
        ObjectNode outgoing = MailroomApi.object();
        outgoing.put("account", ana);
        outgoing.putObject("from").put("name", Person.ANA.name()).put("address", Person.ANA.address());
        outgoing.putArray("to").addObject().put("name", Person.BO.name()).put("address", Person.BO.address());
        outgoing.put("subject", SUBJECT)
                .put("text", "Hello Bo,\n\nthe shelves are on their way. The invoice is below.\n\nAna\n")
                .put("html", "<p>Hello Bo,</p><p>the shelves are on their way. The invoice is below.</p><p>Ana</p>");
        return created("outgoing message", api.post(ServiceName.SEND, "/v1/outgoing", outgoing));
    }

    private void followTheMail(String ana, String outgoing) {
        Predicate<SeenEvent> ours =
                event -> event.data().path("outgoing").asText().equals(outgoing);
        journal.await("send.queued", EVENT_MAX, ours.and(event -> event.type().equals("send.queued")));
        journal.await("send.accepted", MAIL_MAX, ours.and(event -> event.type().equals("send.accepted")));
        summary.done("send", "accepted by the SMTP server of " + Person.ANA.address());
        SeenEvent copy = journal.await(
                "command.succeeded for the Sent copy",
                MAIL_MAX,
                is("command.succeeded", ana)
                        .and(event -> event.data().path("type").asText().endsWith("append_sent")));
        summary.done("sent copy", copy.data().path("result").asText() + " in Ana's Sent folder");
    }

    private void followTheRule(String bo, String rule) {
        journal.await(
                "message.received at " + Person.BO.address(),
                MAIL_MAX,
                is("message.received", bo)
                        .and(event ->
                                event.data().at("/message/subject").asText().equals(SUBJECT)));
        summary.done("receive", Person.BO.address() + " has it");
        journal.await(
                "rule.ran",
                EVENT_MAX,
                is("rule.ran", bo)
                        .and(event -> event.data().path("rule").asText().equals(rule)));
        for (String command : new String[] {"apply_label", "mark_read"}) {
            journal.await(
                    "command.succeeded for " + command,
                    MAIL_MAX,
                    is("command.succeeded", bo)
                            .and(event -> event.data().path("type").asText().endsWith(command)));
        }
        summary.done("rule ran", "labeled " + LABEL + " and marked as read on the IMAP server");
    }

    /** The events say so; the mailboxes must agree. */
    private void lookAtTheMailServer() {
        require(mail.holds(Person.ANA, "Sent", SUBJECT, true), "there is no copy in Ana's Sent folder");
        require(mail.holds(Person.BO, LABEL, SUBJECT, false), "there is no copy in Bo's folder " + LABEL);
        require(mail.holds(Person.BO, "INBOX", SUBJECT, true), "Bo's message is not marked as read");
        summary.done("mail server", "Sent copy, label and read mark are there, seen from the server's side");
    }

    private static void require(boolean fact, String otherwise) {
        if (!fact) {
            throw new CommandFailure("the mail server disagrees with the events: " + otherwise);
        }
    }

    private static String created(String what, ApiAnswer answer) {
        if (!answer.isSuccess()) {
            StringBuilder reasons = new StringBuilder();
            answer.body()
                    .path("diagnosis")
                    .forEach(finding -> reasons.append("; ")
                            .append(finding.path("leg").asText())
                            .append(' ')
                            .append(finding.path("stage").asText())
                            .append(' ')
                            .append(finding.path("category").asText()));
            answer.body()
                    .path("errors")
                    .forEach(error -> reasons.append("; ")
                            .append(error.path("pointer").asText())
                            .append(' ')
                            .append(error.path("message").asText()));
            throw new CommandFailure(
                    "the " + what + " was refused (" + answer.status() + "): " + answer.problem() + reasons);
        }
        return answer.body().path("id").asText();
    }

    private static Predicate<SeenEvent> is(String type, String account) {
        return event -> event.type().equals(type) && event.account().equals(account);
    }
}
