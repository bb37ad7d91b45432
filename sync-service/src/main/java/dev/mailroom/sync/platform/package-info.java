/** What the container injects that is not a feature: the clock, the source of randomness, the message parser with its limits. */
@NullMarked
package dev.mailroom.sync.platform;

import org.jspecify.annotations.NullMarked;
