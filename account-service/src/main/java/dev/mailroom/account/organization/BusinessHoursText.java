package dev.mailroom.account.organization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mailroom.contracts.OrganizationEvent.BusinessHours;
import org.jspecify.annotations.Nullable;

/** Business hours as they are stored: JSON, because nobody asks the database about them. */
final class BusinessHoursText {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private BusinessHoursText() {}

    static @Nullable BusinessHours read(@Nullable String text) {
        try {
            return text == null ? null : JSON.readValue(text, BusinessHours.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored business hours cannot be read", e);
        }
    }

    static @Nullable String write(@Nullable BusinessHours hours) {
        try {
            return hours == null ? null : JSON.writeValueAsString(hours);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("business hours do not become JSON", e);
        }
    }
}
