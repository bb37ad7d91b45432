@NullMarked
package dev.mailroom.testkit.tls;

import org.jspecify.annotations.NullMarked;
