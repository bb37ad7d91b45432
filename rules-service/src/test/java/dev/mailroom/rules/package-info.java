/** What the tests of the rules service share, and the tests of the service as a whole. */
@NullMarked
package dev.mailroom.rules;

import org.jspecify.annotations.NullMarked;
