package dev.mailroom.testkit.imap.provider;

import dev.mailroom.testkit.imap.provider.ProviderMailbox.Folder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a connection may do after the log-in. Used with the mailbox's monitor held. */
final class Session {
    private static final String LIST_OPTIONS = "RETURN";

    /** What a first connection may select before it is told to go slower. */
    private static final int SELECTS_BEFORE_LIMIT = 4;

    private final Provider provider;
    private final ProviderMailbox mailbox;
    private final Fetching fetching;
    private int untilLimited;
    private boolean identified;
    private boolean utf8;
    private boolean resync;
    private @Nullable View view;

    /** @param logins of the user before this one */
    Session(Provider provider, ProviderMailbox mailbox, int logins) {
        this.provider = provider;
        this.mailbox = mailbox;
        this.fetching = new Fetching(provider, mailbox);
        this.untilLimited = provider.has(Oddity.LIMITS_SELECT) && logins == 0 ? SELECTS_BEFORE_LIMIT : -1;
    }

    ProviderMailbox mailbox() {
        return mailbox;
    }

    /** What the connection was not told yet, where the provider tells it. */
    List<String> news(String verb) {
        boolean numbersCount = verb.equals("FETCH") || verb.equals("STORE") || verb.equals("SEARCH");
        return view == null || numbersCount || provider.has(Oddity.NEVER_REFRESHES) ? List.of() : view.news();
    }

    /** @return the end of the answer, without the tag */
    String answer(String verb, CommandText text, List<String> lines) {
        return switch (verb) {
            case "NOOP", "CHECK" -> "OK done";
            case "ID" -> {
                identified = true;
                lines.add("* ID (\"name\" \"" + provider.name() + "\")");
                yield "OK done";
            }
            case "ENABLE" -> enable(text, lines);
            case "NAMESPACE" -> {
                lines.add("* NAMESPACE ((\"" + provider.prefix + "\" \"" + provider.delimiter + "\")) NIL NIL");
                yield "OK done";
            }
            case "LIST", "LSUB" -> list("LIST", text, lines);
            case "XLIST" -> list("XLIST", text, lines);
            case "STATUS" -> status(text, lines);
            case "CREATE" -> {
                String refused = mailbox.create(name(text));
                yield refused == null ? "OK done" : "NO " + refused;
            }
            case "DELETE" -> mailbox.delete(name(text)) ? "OK done" : "NO [NONEXISTENT] no such mailbox";
            case "RENAME" -> mailbox.rename(name(text), name(text)) ? "OK done" : "NO cannot be renamed";
            case "APPEND" -> append(text);
            case "SELECT", "EXAMINE" -> select(text, lines);
            case "CLOSE", "UNSELECT" -> {
                if (verb.equals("CLOSE") && view != null) {
                    expunge(view.folder);
                }
                view = null;
                yield "OK done";
            }
            case "EXPUNGE" -> {
                if (view != null) {
                    expunge(view.folder);
                }
                yield "OK done";
            }
            case "UID FETCH", "UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE", "UID SEARCH" ->
                view == null ? "BAD nothing selected" : inFolder(view, verb, text, lines);
            default -> "BAD Unknown command";
        };
    }

    private void expunge(Folder folder) {
        mailbox.remove(
                folder,
                folder.entries.entrySet().stream()
                        .filter(entry -> entry.getValue().stored.flags.contains("\\Deleted"))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private String name(CommandText text) {
        String given = text.string();
        return utf8 ? Names.utf7(given) : given;
    }

    private String shown(String raw) {
        String name = utf8 ? Names.utf8(raw) : raw;
        return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private String enable(CommandText text, List<String> lines) {
        List<String> enabled = new ArrayList<>();
        while (!text.atEnd()) {
            String word = text.verb();
            if (provider.offers(word)) {
                enabled.add(word);
                utf8 |= word.equals("UTF8=ACCEPT");
                resync |= word.equals("QRESYNC");
            }
        }
        lines.add("* ENABLED " + String.join(" ", enabled));
        return "OK done";
    }

    private String list(String answer, CommandText text, List<String> lines) {
        text.string();
        String pattern = name(text);
        String options = text.atEnd() ? "" : text.verb().equals(LIST_OPTIONS) ? text.group() : "";
        if (options.contains("STATUS") && !provider.offers("LIST-STATUS")) {
            return "BAD Command Argument Error. 11";
        }
        String prefix = pattern.replaceAll("[*%].*", "");
        boolean all = pattern.endsWith("*") || pattern.endsWith("%");
        for (Folder folder : mailbox.folders()) {
            boolean wanted = all ? folder.name.startsWith(prefix) : folder.name.equalsIgnoreCase(pattern);
            if (!wanted) {
                continue;
            }
            boolean uses = provider.offers("SPECIAL-USE") || answer.equals("XLIST");
            String attributes = uses
                    ? String.join(" ", folder.attributes)
                    : String.join(
                            " ",
                            folder.attributes.stream().filter(Session::plain).toList());
            lines.add("* " + answer + " (" + attributes + ") \"" + provider.delimiter + "\" " + shown(folder.name));
            int counters = options.indexOf("STATUS (");
            if (counters >= 0 && !folder.is("\\Noselect")) {
                lines.add(counters(folder, options.substring(counters + 8, options.indexOf(')', counters))));
            }
        }
        return "OK done";
    }

    private static boolean plain(String attribute) {
        return attribute.toLowerCase(Locale.ROOT).matches("\\\\(has.*|noselect|noinferiors)");
    }

    private String status(CommandText text, List<String> lines) {
        Folder folder = mailbox.folder(name(text));
        if (!mayOpen()) {
            return "NO STATUS Unsafe Login. Please contact the help desk for help";
        }
        if (folder == null) {
            return "NO [NONEXISTENT] no such mailbox";
        }
        lines.add(counters(folder, text.group()));
        return "OK done";
    }

    private boolean mayOpen() {
        return identified || !provider.has(Oddity.ID_DEMANDED);
    }

    private String counters(Folder folder, String items) {
        List<String> said = new ArrayList<>();
        for (String item : items.split(" ", -1)) {
            said.add(item + " "
                    + switch (item.toUpperCase(Locale.ROOT)) {
                        case "MESSAGES" -> folder.entries.size();
                        case "UNSEEN" -> folder.unseen();
                        case "UIDNEXT" -> folder.uidNext;
                        case "UIDVALIDITY" -> folder.uidValidity;
                        case "HIGHESTMODSEQ" -> folder.highestModSeq;
                        case "RECENT" -> 0;
                        default -> throw new IllegalArgumentException("not offered: " + item);
                    });
        }
        return "* STATUS " + shown(folder.name) + " (" + String.join(" ", said) + ")";
    }

    private String append(CommandText text) {
        Folder folder = mailbox.folder(name(text));
        List<String> flags = text.nextIs('(') ? text.words() : List.of();
        String date = text.nextIs('"') ? text.string() : null;
        byte[] content = text.string().getBytes(StandardCharsets.ISO_8859_1);
        if (folder == null) {
            return "NO [TRYCREATE] no such mailbox";
        }
        String refusal = mailbox.appendRefusal;
        if (refusal == null && provider.has(Oddity.REFUSES_ODD_APPENDS)) {
            refusal = Rewriting.refusal(content);
        }
        if (refusal != null) {
            return refusal;
        }
        long uid = mailbox.append(
                folder,
                provider.has(Oddity.REWRITES_MESSAGES) ? Rewriting.of(content) : content,
                date == null ? java.time.Instant.now() : Fetching.internalDate(date),
                flags);
        return "OK " + (provider.offers("UIDPLUS") ? "[APPENDUID " + folder.uidValidity + " " + uid + "] " : "")
                + "done";
    }

    private String select(CommandText text, List<String> lines) {
        view = null;
        Folder folder = mailbox.folder(name(text));
        if (!mayOpen()) {
            return "NO SELECT Unsafe Login. Please contact the help desk for help";
        }
        if (untilLimited-- == 0) {
            return "NO [LIMIT] SELECT Rate limit hit.";
        }
        if (folder == null) {
            return "NO [NONEXISTENT] no such mailbox";
        }
        View opened = new View(provider, folder, resync);
        lines.addAll(opened.opening());
        String parameters = text.atEnd() ? "" : text.group();
        if (parameters.startsWith("QRESYNC (") && resync) {
            String[] known = parameters.substring(9).replace(")", "").split(" ", -1);
            if (Long.parseLong(known[0]) == folder.uidValidity) {
                lines.addAll(opened.since(Long.parseLong(known[1])));
            }
        }
        view = opened;
        return "OK [READ-WRITE] done";
    }

    private String inFolder(View open, String verb, CommandText text, List<String> lines) {
        Folder folder = open.folder;
        if (verb.equals("UID SEARCH")) {
            return search(folder, text, lines);
        }
        List<Long> uids = CommandText.among(text.word(), folder.entries.navigableKeySet());
        uids.removeIf(uid -> !open.knows(uid));
        return switch (verb) {
            case "UID FETCH" -> fetch(open, uids, text, lines);
            case "UID STORE" -> {
                String how = text.verb();
                List<String> flags = text.words();
                for (long uid : uids) {
                    mailbox.flag(folder, uid, how.startsWith("+"), flags);
                    if (how.endsWith(".SILENT")) {
                        open.knowsFlags(uid);
                    }
                }
                yield "OK done";
            }
            case "UID EXPUNGE" -> {
                uids.removeIf(uid -> !folder.at(uid).stored.flags.contains("\\Deleted"));
                mailbox.remove(folder, uids);
                yield "OK done";
            }
            default -> transfer(folder, uids, text, verb.equals("UID MOVE"), lines);
        };
    }

    private String transfer(Folder folder, List<Long> uids, CommandText text, boolean move, List<String> lines) {
        Folder target = mailbox.folder(name(text));
        if (target == null) {
            return "NO [TRYCREATE] no such mailbox";
        }
        Map<Long, Long> mapping = mailbox.copy(folder, uids, target);
        String copied = provider.offers("UIDPLUS") && !mapping.isEmpty()
                ? "[COPYUID " + target.uidValidity + " " + CommandText.set(mapping.keySet()) + " "
                        + CommandText.set(mapping.values()) + "] "
                : "";
        if (!move) {
            return "OK " + copied + "done";
        }
        if (target != folder) {
            mailbox.remove(folder, mapping.keySet());
        }
        lines.add("* OK " + copied + "moved");
        return "OK done";
    }

    private static String search(Folder folder, CommandText text, List<String> lines) {
        String criterion = text.group();
        boolean extended = criterion.startsWith("RETURN (ALL) ");
        List<Long> found = Fetching.search(folder, extended ? criterion.substring(13) : criterion);
        if (extended) {
            lines.add("* ESEARCH (TAG \"x\") UID" + (found.isEmpty() ? "" : " ALL " + CommandText.set(found)));
        } else {
            lines.add("* SEARCH "
                    + String.join(" ", found.stream().map(String::valueOf).toList()));
        }
        return "OK done";
    }

    private String fetch(View open, List<Long> uids, CommandText text, List<String> lines) {
        String items = text.group();
        String modifiers = text.nextIs('(') ? text.group() : "";
        if (modifiers.startsWith("CHANGEDSINCE ")) {
            long since = Long.parseLong(modifiers.split(" ", -1)[1]);
            uids.removeIf(uid -> open.folder.at(uid).modSeq <= since);
            items += " MODSEQ";
        }
        if (provider.has(Oddity.SPLIT_FETCH)) {
            Collections.reverse(uids);
        }
        if (items.contains("BODY.PEEK[]")) {
            mailbox.bodiesFetched += uids.size();
        }
        for (long uid : uids) {
            lines.addAll(fetching.answers(open.sequence(uid), uid, open.folder.at(uid), items));
        }
        if (provider.has(Oddity.BROKEN_BODYSTRUCTURE) && !uids.isEmpty()) {
            lines.addFirst("* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" (\"charset\" \"utf-8\" NIL))");
        }
        if (provider.has(Oddity.UNASKED_FETCH) && !open.folder.entries.isEmpty()) {
            lines.addFirst("* 1 FETCH (FLAGS (\\Seen))");
            lines.addFirst("* 1 FETCH (UID 4294967290 FLAGS ())");
        }
        return "OK done";
    }
}
