/** Adds a mailbox to a running stack and shows its import; when its servers refuse, what a person can do about it. */
@NullMarked
package dev.mailroom.localstack.connect;

import org.jspecify.annotations.NullMarked;
