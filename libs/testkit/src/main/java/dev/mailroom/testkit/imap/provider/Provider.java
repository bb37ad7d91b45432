package dev.mailroom.testkit.imap.provider;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A provider's way with IMAP, from its documentation and from what clients reported of it. */
public enum Provider {
    /** No UIDPLUS, MOVE or SPECIAL-USE; messages are made anew from another store, and folders hold more than mail. */
    EXCHANGE(
            "IMAP4 IMAP4rev1 AUTH=PLAIN IDLE NAMESPACE LITERAL+ CHILDREN ID",
            '/',
            "",
            8,
            List.of(
                    "Calendar|",
                    "Contacts|",
                    "Deleted Items|",
                    "Drafts|",
                    "Journal|",
                    "Junk E-Mail|",
                    "Notes|",
                    "Outbox|",
                    "Sent Items|",
                    "Tasks|"),
            Oddity.SIZE_ESTIMATED,
            Oddity.GHOST_EXPUNGE,
            Oddity.REWRITES_MESSAGES,
            Oddity.REFUSES_ODD_APPENDS,
            Oddity.BROKEN_BODYSTRUCTURE),
    GMAIL(
            "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE"
                    + " ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584 AUTH=PLAIN SASL-IR",
            '/',
            "",
            15,
            List.of(
                    "[Gmail]|\\HasChildren \\Noselect",
                    "[Gmail]/All Mail|\\All \\HasNoChildren",
                    "[Gmail]/Drafts|\\Drafts \\HasNoChildren",
                    "[Gmail]/Important|\\HasNoChildren \\Important",
                    "[Gmail]/Sent Mail|\\HasNoChildren \\Sent",
                    "[Gmail]/Spam|\\HasNoChildren \\Junk",
                    "[Gmail]/Starred|\\Flagged \\HasNoChildren",
                    "[Gmail]/Trash|\\HasNoChildren \\Trash"),
            Oddity.LABELS),
    YAHOO(
            "IMAP4rev1 ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID IDLE AUTH=PLAIN SASL-IR",
            '/',
            "",
            5,
            List.of("Archive|\\Archive", "Bulk|\\Junk", "Draft|\\Drafts", "Sent|\\Sent", "Trash|\\Trash"),
            Oddity.INBOX_IN_TITLE_CASE,
            Oddity.LIMITS_SELECT,
            Oddity.SPLIT_FETCH,
            Oddity.INTERNALDATE_SHIFTED),
    ICLOUD(
            "XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR AUTH=ATOKEN AUTH=PLAIN CHILDREN CONDSTORE ENABLE ESEARCH ID IDLE LITERAL+"
                    + " NAMESPACE QRESYNC UIDPLUS UNSELECT WITHIN",
            '/',
            "",
            10,
            List.of("Archive|", "Deleted Messages|", "Drafts|", "Junk|", "Notes|", "Sent Messages|"),
            Oddity.VANISHED_LIES,
            Oddity.UNASKED_FETCH),
    /** 163.com and its sisters. The folders are called sent, drafts, deleted and junk, in Chinese. */
    NETEASE(
            "IMAP4rev1 XLIST ID IDLE LITERAL+ UIDPLUS X-CM-EXT-1 AUTH=PLAIN",
            '/',
            "",
            5,
            List.of("&g0l6P3ux-|", "&XfJT0ZAB-|", "&XfJSIJZk-|", "&V4NXPpCuTvY-|"),
            Oddity.ID_DEMANDED,
            Oddity.IDLE_SILENT,
            Oddity.NEVER_REFRESHES),
    /** Lower-case capabilities, everything below INBOX, four connections from one address. */
    COURIER(
            "imap4rev1 uidplus children namespace thread=orderedsubject thread=references sort quota idle acl acl2=union auth=plain",
            '.',
            "INBOX.",
            4,
            List.of("INBOX.Drafts|\\HasNoChildren", "INBOX.Sent|\\HasNoChildren", "INBOX.Trash|\\HasNoChildren"),
            Oddity.NO_UIDNEXT_IN_SELECT);

    final String capabilities;
    final char delimiter;
    final String prefix;
    final int connectionsMax;
    final List<String> folders;
    private final Set<Oddity> oddities;

    /**
     * @param prefix of every folder but INBOX
     * @param connectionsMax connections of one user
     * @param folders of a new user: raw name and attributes
     */
    Provider(
            String capabilities,
            char delimiter,
            String prefix,
            int connectionsMax,
            List<String> folders,
            Oddity... oddities) {
        this.capabilities = capabilities;
        this.delimiter = delimiter;
        this.prefix = prefix;
        this.connectionsMax = connectionsMax;
        this.folders = folders;
        EnumSet<Oddity> all = EnumSet.noneOf(Oddity.class);
        all.addAll(List.of(oddities));
        this.oddities = Set.copyOf(all);
    }

    public boolean has(Oddity oddity) {
        return oddities.contains(oddity);
    }

    /** Case does not matter. */
    public boolean offers(String capability) {
        for (String word : capabilities.split(" ", -1)) {
            if (word.equalsIgnoreCase(capability)) {
                return true;
            }
        }
        return false;
    }

    String inbox() {
        return has(Oddity.INBOX_IN_TITLE_CASE) ? "Inbox" : "INBOX";
    }

    /** What it says to one connection more than it takes. */
    String tooMany() {
        return switch (this) {
            case GMAIL -> "[ALERT] Too many simultaneous connections. (Failure)";
            case YAHOO -> "[LIMIT] LOGIN Rate limit hit.";
            case EXCHANGE -> "Server Unavailable. 15";
            case COURIER -> "[ALERT] Maximum connection limit reached for this user";
            case ICLOUD -> "[UNAVAILABLE] Maximum number of connections from user+IP exceeded";
            case NETEASE -> "[LIMIT] Too many connections";
        };
    }
}
