package dev.mailroom.contracts;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** One full example of a record: every component has a value that follows from its name. */
final class Samples {
    static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

    private Samples() {}

    static <T> T of(Class<T> record) {
        try {
            RecordComponent[] components = record.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = value(components[i].getName(), components[i].getGenericType());
            }
            Constructor<T> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no sample of " + record, e);
        }
    }

    private static Object value(String name, Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return List.of(value(name, list.getActualTypeArguments()[0]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return name + " é";
        }
        if (plain == UUID.class) {
            return EventIds.of("sample", name);
        }
        if (plain == Instant.class) {
            return TIME;
        }
        if (plain == boolean.class) {
            return true;
        }
        if (plain == int.class || plain == Integer.class) {
            return name.length();
        }
        if (plain == long.class || plain == Long.class) {
            return 4_294_967_296L + name.length();
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        }
        return of(plain.asSubclass(Record.class));
    }
}
