/** The whole system from outside: its commands, its ports, its topics; and the files that deploy it. */
@NullMarked
package dev.mailroom.systemtests;

import org.jspecify.annotations.NullMarked;
