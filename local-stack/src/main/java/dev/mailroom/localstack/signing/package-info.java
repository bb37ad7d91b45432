/** Tokens (JWT) for the HTTP interface, signed with the key pair of the data folder, whose public half the services check them with. */
@NullMarked
package dev.mailroom.localstack.signing;

import org.jspecify.annotations.NullMarked;
