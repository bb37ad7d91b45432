/**
 * Deletes what a removed account leaves.
 *
 * <p>The event of its removal marks an account, and from then on nobody sees what it holds. {@code RemovedAccounts} deletes it in small
 * transactions, under the fence of its shard: copies with the messages that have no other, and conversations that are empty then; then
 * quarantine, sightings, names of the provider and mailboxes. Each transaction leaves a whole state, so that another replica goes on where one stopped.
 */
@NullMarked
package dev.mailroom.sync.removal;

import org.jspecify.annotations.NullMarked;
