/**
 * Conversations: messages that answer each other.
 *
 * <p>{@code Threading} decides, without a database, which conversation each new message joins: by its own Message-ID and those that
 * it names, in any order of arrival, never by subject. {@code Conversations} carries the decision out in the session's transaction.
 * Names of messages that were not seen yet are remembered, so that an answer that comes before its question finds it later.
 */
@NullMarked
package dev.mailroom.sync.conversation;

import org.jspecify.annotations.NullMarked;
