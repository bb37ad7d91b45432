package dev.mailroom.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Says that this JVM owns a data folder.
 *
 * <p>The operating system lets go of it when the process ends, however it ends: there is no stale lock.
 */
public final class FolderLock implements AutoCloseable {

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock file {@code name} in a folder, which is made if absent.
     *
     * @throws EmbeddedServerException if the folder cannot be written, or another process owns it
     */
    public static FolderLock take(Path folder, String name) {
        requireWritable(folder);
        Path file = folder.resolve(name);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            var lock = channel.tryLock();
            if (lock != null) {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                        Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                return new FolderLock(channel);
            }
            String owner = Files.readString(file, StandardCharsets.US_ASCII).strip();
            channel.close();
            throw new EmbeddedServerException("the data folder " + folder + " is in use by process " + owner);
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
            throw new EmbeddedServerException("the data folder " + folder + " is in use by this process", e);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new EmbeddedServerException("the data folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Makes the folder if absent and proves that a file can be made in it.
     *
     * @throws EmbeddedServerException if it cannot
     */
    public static void requireWritable(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".write", ".test"));
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "the data folder " + folder + " cannot be written ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new EmbeddedServerException("a lock file could not be closed: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
