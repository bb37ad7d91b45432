package dev.mailroom.send.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;

/** The aliases of an account as JSON in one column: they are only ever read and replaced together. */
@Converter
class AliasesConverter implements AttributeConverter<List<Alias>, String> {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<List<Alias>> ALIASES = new TypeReference<>() {};

    @Override
    public String convertToDatabaseColumn(List<Alias> aliases) {
        try {
            return MAPPER.writeValueAsString(aliases == null ? List.of() : aliases);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("aliases cannot be written", impossible);
        }
    }

    @Override
    public List<Alias> convertToEntityAttribute(String json) {
        try {
            return json == null ? List.of() : MAPPER.readValue(json, ALIASES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("aliases cannot be read", e);
        }
    }
}
