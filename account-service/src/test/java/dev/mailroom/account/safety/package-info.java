/** Tests that look at every endpoint, every table and every line of the log at once. */
@NullMarked
package dev.mailroom.account.safety;

import org.jspecify.annotations.NullMarked;
