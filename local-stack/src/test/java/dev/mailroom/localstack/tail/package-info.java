@NullMarked
package dev.mailroom.localstack.tail;

import org.jspecify.annotations.NullMarked;
