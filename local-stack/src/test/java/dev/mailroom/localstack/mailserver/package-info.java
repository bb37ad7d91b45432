@NullMarked
package dev.mailroom.localstack.mailserver;

import org.jspecify.annotations.NullMarked;
