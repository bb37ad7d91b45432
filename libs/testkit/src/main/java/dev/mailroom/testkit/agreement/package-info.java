/**
 * The one question at the end of every test with faults: do the server, sync-service's database and what was told on Kafka agree?
 *
 * <p>{@code Agreement} asks it. {@code MailPicture} is a mailbox as the server says it, and as the database has it; {@code EventReplay}
 * is what somebody believes who only listened. They read the tables and the topics from outside and share no code with what is tested.
 */
@NullMarked
package dev.mailroom.testkit.agreement;

import org.jspecify.annotations.NullMarked;
