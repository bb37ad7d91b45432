@NullMarked
package dev.mailroom.mailclient.failure;

import org.jspecify.annotations.NullMarked;
