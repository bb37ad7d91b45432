/** What a running stack is doing: its parts, its accounts, and how far its consumers are behind. */
@NullMarked
package dev.mailroom.localstack.status;

import org.jspecify.annotations.NullMarked;
