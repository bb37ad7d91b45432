/**
 * Changing the key that wraps the mailbox passwords. The key file gets a new key beside the old ones, then account-service wraps what it
 * keeps with it; nothing stops meanwhile, because every service reads the file again when it meets a key it does not know.
 */
@NullMarked
package dev.mailroom.localstack.vaultkey;

import org.jspecify.annotations.NullMarked;
