/** Prints a token for the HTTP interface of a running stack. */
@NullMarked
package dev.mailroom.localstack.token;

import org.jspecify.annotations.NullMarked;
