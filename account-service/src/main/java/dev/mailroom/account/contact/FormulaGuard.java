package dev.mailroom.account.contact;

import java.util.regex.Pattern;

/**
 * Keeps a spreadsheet from taking a cell for a formula: what begins like one gets an apostrophe in front, which {@link #unguarded} takes
 * away again. What already has apostrophes in front of such a character gets one more, so that nothing is lost on the way out and back.
 */
final class FormulaGuard {
    /** Also the wide forms that some spreadsheets take for the narrow ones. */
    private static final Pattern RISKY =
            Pattern.compile("'*[=+\\-@\\t\\r\\n\\uFF1D\\uFF0B\\uFF0D\\uFF20].*", Pattern.DOTALL);

    private FormulaGuard() {}

    static String guarded(String cell) {
        return RISKY.matcher(cell).matches() ? "'" + cell : cell;
    }

    static String unguarded(String cell) {
        return cell.startsWith("'") && RISKY.matcher(cell).matches() ? cell.substring(1) : cell;
    }
}
