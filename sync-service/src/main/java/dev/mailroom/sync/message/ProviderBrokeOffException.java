package dev.mailroom.sync.message;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import java.io.IOException;

/** The provider ended before the bytes did. */
public final class ProviderBrokeOffException extends IOException {
    private final Category category;

    ProviderBrokeOffException(MailException lost) {
        super("the provider broke off", lost);
        this.category = lost.category();
    }

    Category category() {
        return category;
    }
}
