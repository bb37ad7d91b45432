package dev.mailroom.account.account;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import dev.mailroom.http.StrictText;
import dev.mailroom.mailclient.Secret;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.Arrays;

/** Reads a password from JSON without making a string of it, which could not be wiped. */
class SecretDeserializer extends JsonDeserializer<Secret> {
    @Override
    public Secret deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            context.reportInputMismatch(String.class, "must be text");
        }
        int from = parser.getTextOffset();
        char[] value = Arrays.copyOfRange(parser.getTextCharacters(), from, from + parser.getTextLength());
        try {
            if (!StrictText.isWhole(CharBuffer.wrap(value))) {
                // It would be changed on its way into bytes, and be a wrong password.
                context.reportInputMismatch(String.class, "not whole characters");
            }
            return Secret.of(value);
        } finally {
            Arrays.fill(value, '\0');
        }
    }
}
