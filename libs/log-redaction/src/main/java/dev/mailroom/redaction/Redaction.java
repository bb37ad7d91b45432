package dev.mailroom.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces what looks like a secret in a text by {@value #MASK}. Every pattern is linear in the length of the text. */
public final class Redaction {
    public static final String MASK = "***";

    /** Longest base64 token that is looked into, in characters: an answer of SASL is far shorter. */
    private static final int BASE64_MAX_CHARACTERS = 16 * 1024;

    /** From this length on a line that is base64 and nothing else is taken for an answer of SASL. */
    private static final int BASE64_LINE_MIN_CHARACTERS = 8;

    private static final String QUOTED = "\"(?:[^\"\\\\]++|\\\\.)*+\"?";
    private static final String NAMES =
            "password|passwd|pwd|passphrase|secret|client_secret|token|access_token|refresh_token|id_token|api[_-]?key|sealed|credential";

    /** What to look for first, what to replace, and by what. */
    private record Rule(String sign, Pattern pattern, String replacement) {
        static Rule of(String sign, String regex, String replacement) {
            return new Rule(sign, Pattern.compile(regex, Pattern.CASE_INSENSITIVE), replacement);
        }
    }

    private static final List<Rule> RULES = List.of(
            // SMTP AUTH and IMAP AUTHENTICATE with an initial response.
            Rule.of(
                    "auth",
                    "\\b(AUTH(?:ENTICATE)?\\s+(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|CRAM-MD5|NTLM|GSSAPI|SCRAM-[A-Z0-9-]+)\\s+)(?!(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|CRAM-MD5|NTLM|GSSAPI)\\b)[^\\s\"']++",
                    "$1" + MASK),
            // IMAP LOGIN with a tag: both arguments, quoted or not.
            Rule.of(
                    "login",
                    "(?-i:\\b([A-Za-z]{0,4}[0-9]{1,9}\\s+(?:LOGIN|login)\\s+))(?:" + QUOTED + "|\\S++)\\s+(?:" + QUOTED
                            + "|\\S++)",
                    "$1" + MASK + " " + MASK),
            Rule.of(
                    "login",
                    "(?-i:(?<![=\\w-])(LOGIN\\s+))(?:" + QUOTED + "|\\S++)\\s+(?:" + QUOTED + "|\\S++)",
                    "$1" + MASK + " " + MASK),
            Rule.of(
                    "authorization",
                    "(authorization[\"']?\\s*[:=]\\s*[\\[\"']*)(?:(?:bearer|basic|digest|negotiate)\\s+)?[^\\s\"',\\]]++",
                    "$1" + MASK),
            Rule.of("bearer", "\\b(bearer\\s+)[A-Za-z0-9._~+/=-]{8,}+", "$1" + MASK),
            Rule.of("eyj", "\\beyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]*+", MASK),
            Rule.of("://", "(\\b[a-z][a-z0-9+.-]{0,30}+://)[^\\s/?#\"'<>]*@", "$1" + MASK + "@"),
            Rule.of("\"", "(\"(?:" + NAMES + ")\"\\s*:\\s*)(?:" + QUOTED + "|\\[[^\\]]*+\\]?)", "$1\"" + MASK + "\""),
            Rule.of("=", "\\b((?:" + NAMES + ")=)(?:" + QUOTED + "|[^\\s,;&\"'\\])}]++)", "$1" + MASK));

    private static final Pattern BASE64 =
            Pattern.compile("(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{8,}+={0,2}+(?![A-Za-z0-9+/=])");
    private static final Pattern BASE64_LINE = Pattern.compile(
            "(?m)^((?:[CS]:|>>>|<<<|->|<-)?\\s*)([A-Za-z0-9+/]{" + BASE64_LINE_MIN_CHARACTERS + ",}+={0,2}+)\\s*$");

    /** A word, a number or a digest on a line of its own. */
    private static final Pattern ORDINARY = Pattern.compile("[A-Z]?[a-z]++|[A-Z]++|[0-9a-f]++");

    private Redaction() {}

    /** The text without what looks like a secret; the same object if there is nothing. */
    public static String of(String text) {
        String redacted = text;
        String lower = null;
        for (Rule rule : RULES) {
            lower = lower == null ? redacted.toLowerCase(Locale.ROOT) : lower;
            if (lower.contains(rule.sign())) {
                Matcher matcher = rule.pattern().matcher(redacted);
                if (matcher.find()) {
                    redacted = matcher.replaceAll(rule.replacement());
                    lower = null;
                }
            }
        }
        return base64(redacted);
    }

    private static String base64(String text) {
        if (text.length() < BASE64_LINE_MIN_CHARACTERS) {
            return text;
        }
        String redacted = BASE64_LINE.matcher(text).replaceAll(found -> line(found));
        return BASE64.matcher(redacted).find() ? BASE64.matcher(redacted).replaceAll(Redaction::token) : redacted;
    }

    /** A whole line of base64 is an answer of SASL, if it is not simply a long word. */
    private static String line(MatchResult found) {
        String token = found.group(2);
        boolean whole = token.length() % 4 == 0 && !ORDINARY.matcher(token).matches();
        return Matcher.quoteReplacement(whole ? found.group(1) + MASK : found.group());
    }

    private static String token(MatchResult found) {
        return Matcher.quoteReplacement(isSaslAnswer(found.group()) ? MASK : found.group());
    }

    /** PLAIN (RFC 4616) has two NULs between its parts; XOAUTH2 and OAUTHBEARER (RFC 7628) name a bearer token. */
    private static boolean isSaslAnswer(String token) {
        if (token.length() > BASE64_MAX_CHARACTERS) {
            return false;
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return false;
        }
        int nuls = 0;
        for (byte b : bytes) {
            if (b == 0) {
                nuls++;
            } else if (b > 0 && b < 0x20 && b != 1) {
                return false;
            }
        }
        return nuls == 2 || new String(bytes, StandardCharsets.ISO_8859_1).contains("auth=Bearer ");
    }
}
