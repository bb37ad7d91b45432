@NullMarked
package dev.mailroom.embedded;

import org.jspecify.annotations.NullMarked;
