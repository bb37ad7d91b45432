@NullMarked
package dev.mailroom.localstack;

import org.jspecify.annotations.NullMarked;
