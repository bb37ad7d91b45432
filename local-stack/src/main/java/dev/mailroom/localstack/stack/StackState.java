package dev.mailroom.localstack.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * Where a stack is and what it runs; {@code stack.json} of the data folder.
 *
 * @param pid of the command that runs it
 * @param startedAt RFC 3339
 * @param addresses by name: each service, {@code kafka}, {@code postgres}, and {@code imap} and {@code smtp} of a demo
 * @param processes process ids of the services by name
 */
public record StackState(long pid, String startedAt, Map<String, String> addresses, Map<String, Long> processes) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    public StackState {
        addresses = Map.copyOf(addresses);
        processes = Map.copyOf(processes);
    }

    /** Writes the file; a crash leaves the old one or the new one. */
    public void write(Path file) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            DataFolder.prepare(unfinished);
            Files.writeString(unfinished, JSON.writeValueAsString(this));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** What the file says, or empty where there is none or a crash has spoilt it. */
    public static Optional<StackState> read(Path file) {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), StackState.class));
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The state of the stack that runs on a folder now.
     *
     * @throws CommandFailure if none does
     */
    public static StackState running(DataFolder folder) {
        return read(folder.state())
                .filter(StackState::isAlive)
                .orElseThrow(() -> new CommandFailure("no stack is running on " + folder.root()
                        + "; start one with ./mailroom up, or name its folder with --data DIR"));
    }

    boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** The address of a part of the stack. */
    public String address(String name) {
        String address = addresses.get(name);
        if (address == null) {
            throw new CommandFailure("the running stack has no " + name);
        }
        return address;
    }

    public String address(ServiceName service) {
        return address(service.service());
    }
}
