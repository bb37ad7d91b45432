package dev.mailroom.mailclient.imap;

import dev.mailroom.testkit.imap.ImapScript;
import java.util.ArrayList;
import java.util.List;

/** Answers as a server writes them. */
abstract class CommandScripts {
    static List<FetchedMessage> fetch(ImapScript script, List<Long> uids, List<Long> missing) throws Exception {
        List<FetchedMessage> fetched = new ArrayList<>();
        try (ScriptedSession scripted = ScriptedSession.start(script)) {
            scripted.session().select(MailboxName.INBOX, null);
            missing.addAll(scripted.session().fetchMessages(uids, fetched::add));
        }
        return fetched;
    }
}
