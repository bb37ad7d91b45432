@NullMarked
package dev.mailroom.localstack.stack;

import org.jspecify.annotations.NullMarked;
