@NullMarked
package dev.mailroom.localstack.connect;

import org.jspecify.annotations.NullMarked;
