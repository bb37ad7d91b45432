/** Tests of the guarded connections. */
@NullMarked
package dev.mailroom.mailclient.net;

import org.jspecify.annotations.NullMarked;
