@NullMarked
package dev.mailroom.localstack.signing;

import org.jspecify.annotations.NullMarked;
