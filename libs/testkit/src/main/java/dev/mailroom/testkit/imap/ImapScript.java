package dev.mailroom.testkit.imap;

/** What a scripted server does on one connection; runs on a thread of its own. */
@FunctionalInterface
public interface ImapScript {
    /** @throws Exception anything: it is kept and reported by {@link ScriptedImapServer#failures()} */
    void play(ScriptedImapConnection connection) throws Exception;
}
