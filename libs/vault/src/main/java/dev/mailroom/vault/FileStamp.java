package dev.mailroom.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What tells one state of a file from another: a rotation puts a new file in its place. */
record FileStamp(FileTime modified, long bytes, @Nullable Object key) {
    static final FileStamp NONE = new FileStamp(FileTime.fromMillis(0), -1, null);

    /** {@link #NONE} if the file cannot be looked at. */
    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return NONE;
        }
    }
}
