package dev.mailroom.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Takes what a client sends for what it is: no number for a word, no text for a number, no field twice, nothing behind the end; and
 * nothing that is deeper, or has a longer number or name, than anything that is meant.
 */
@Singleton
public class StrictJson implements ObjectMapperCustomizer {
    /** Levels of objects and lists; the deepest that is meant is a rule's condition. */
    static final int DEPTH_MAX = 50;

    /** Digits of a number. */
    static final int NUMBER_MAX_CHARACTERS = 100;

    /** Characters of a field's name. */
    static final int NAME_MAX_CHARACTERS = 256;

    @Override
    @SuppressWarnings("deprecation") // A mapper that exists has no other way to change a MapperFeature.
    public void customize(ObjectMapper mapper) {
        mapper.enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        mapper.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        mapper.configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, false);
        mapper.configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true);
        mapper.getFactory()
                .setStreamReadConstraints(mapper.getFactory()
                        .streamReadConstraints()
                        .rebuild()
                        .maxNestingDepth(DEPTH_MAX)
                        .maxNumberLength(NUMBER_MAX_CHARACTERS)
                        .maxNameLength(NAME_MAX_CHARACTERS)
                        .build());
        mapper.registerModule(new SimpleModule("strict-text").addDeserializer(String.class, new StrictText()));
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        // An empty text is no id: taken for null it would mean something else than was asked for.
        mapper.coercionConfigFor(LogicalType.OtherScalar)
                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
    }
}
