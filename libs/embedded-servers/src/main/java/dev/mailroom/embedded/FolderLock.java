package dev.mailroom.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says that this JVM owns a data folder.
 *
 * <p>The operating system lets go of it when the process ends, however it ends: there is no stale lock.
 */
public final class FolderLock implements AutoCloseable {

    /** Of this JVM: opening and closing a locked file again would let go of the lock, as POSIX has it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock file {@code name} in a folder, which is made if absent.
     *
     * @throws EmbeddedServerException if the folder cannot be written, or another process owns it
     */
    public static FolderLock take(Path folder, String name) {
        requireWritable(folder);
        try {
            Path file = folder.toRealPath().resolve(name);
            if (!HELD.add(file)) {
                throw new EmbeddedServerException("the data folder " + folder + " is in use by this process");
            }
            FolderLock lock = takeFile(file);
            if (lock == null) {
                HELD.remove(file);
                String owner = Files.readString(file, StandardCharsets.US_ASCII).strip();
                throw new EmbeddedServerException("the data folder " + folder + " is in use by process " + owner);
            }
            return lock;
        } catch (IOException e) {
            throw new EmbeddedServerException("the data folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static @Nullable FolderLock takeFile(Path file) throws IOException {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return null;
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new FolderLock(file, channel);
        } catch (IOException e) {
            HELD.remove(file);
            if (channel != null) {
                channel.close();
            }
            throw e;
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

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedServerException("the lock of " + file.getParent() + " could not be closed", e);
        } finally {
            HELD.remove(file);
        }
    }
}
