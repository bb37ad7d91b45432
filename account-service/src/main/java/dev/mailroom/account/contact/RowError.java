package dev.mailroom.account.contact;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a row of a file.
 *
 * @param line where the row begins, the first line of the file is 1
 * @param column the heading, or the number of the column where there is none; null for the row as a whole
 */
public record RowError(long line, @Nullable String column, String message) {}
