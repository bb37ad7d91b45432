/**
 * Acts on the server on behalf of people, rules and send-service.
 *
 * <p>A command comes from Kafka and is written down first ({@code Commands}), once by its id. The session that owns the account runs the
 * open ones in order ({@code CommandRunner}). Before anything that cannot be repeated, what the server looks like is noted in the
 * command's row; if the answer is lost, the next session looks instead of repeating. The rows of copies are written together with what is
 * told of them, so what we did ourselves is never told as a change by somebody else; and what the team wants of a message is not undone by
 * what the server says before it is done.
 */
@NullMarked
package dev.mailroom.sync.command;

import org.jspecify.annotations.NullMarked;
