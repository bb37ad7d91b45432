/** What a person sees: plain lines, colours where the terminal has them, and failures that are one line. */
@NullMarked
package dev.mailroom.localstack.terminal;

import org.jspecify.annotations.NullMarked;
