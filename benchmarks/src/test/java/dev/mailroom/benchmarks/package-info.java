/** Tests of what the benchmarks calculate. */
@NullMarked
package dev.mailroom.benchmarks;

import org.jspecify.annotations.NullMarked;
