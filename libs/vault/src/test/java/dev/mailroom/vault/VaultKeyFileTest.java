package dev.mailroom.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.mailroom.vault.VaultException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultKeyFileTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("vault.key");
    }

    @Test
    void makesAFileForItsOwnerAlone() throws IOException {
        VaultKeyFile.create(file);

        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void neverOverwritesAFile() throws IOException {
        VaultKeyFile.create(file);
        byte[] before = Files.readAllBytes(file);

        assertRefused(() -> VaultKeyFile.create(file)).hasMessageContaining("exists already");

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void saysThatTheFolderIsMissing() {
        assertRefused(() -> VaultKeyFile.create(folder.resolve("none/vault.key")))
                .hasMessageContaining("cannot be written");
    }

    @Test
    void refusesAFileThatOthersMayReadOrWrite() throws IOException {
        VaultKeyFile.create(file);

        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx")) {
            chmod(file, mode);
            assertRefused(() -> VaultKeyFile.load(file))
                    .as(mode)
                    .hasMessageContaining(mode)
                    .hasMessageContaining("chmod 600");
            assertRefused(() -> VaultKeyFile.rotate(file)).as(mode).hasMessageContaining("chmod 600");
        }
    }

    @Test
    void sealsWithTheNewKeyOfAFileThatAnotherRotated() {
        VaultKeyFile.create(file);
        Vault vault = VaultKeyFile.load(file);
        SealContext context = SealContext.imapSmtp(new UUID(1, 1), new UUID(2, 2));

        long key = VaultKeyFile.rotate(file);

        assertThat(Vault.keyId(vault.seal(new byte[] {1}, context))).isEqualTo(key);
        assertThat(vault.keyIds()).hasSize(2).contains(key);
    }

    @Test
    void goesOnSealingWhenTheFileIsAway() throws IOException {
        VaultKeyFile.create(file);
        Vault vault = VaultKeyFile.load(file);
        Files.delete(file);

        byte[] sealed = vault.seal(new byte[] {1}, SealContext.imapSmtp(new UUID(1, 1), new UUID(2, 2)));

        assertThat(vault.isCurrent(sealed)).isTrue();
    }

    @Test
    void takesAnOldKeyOutForGood() {
        VaultKeyFile.create(file);
        SealContext context = SealContext.imapSmtp(new UUID(1, 1), new UUID(2, 2));
        byte[] old = VaultKeyFile.load(file).seal(new byte[] {1}, context);
        long first = Vault.keyId(old);
        long second = VaultKeyFile.rotate(file);
        byte[] wrapped = VaultKeyFile.load(file).rewrap(old, context);

        VaultKeyFile.remove(file, first);

        Vault vault = VaultKeyFile.load(file);
        assertThat(vault.keyIds()).containsExactly(second);
        assertThat(vault.open(wrapped, context).bytes()).containsExactly(1);
        assertThat(vault.knows(wrapped)).isTrue();
        assertThat(vault.knows(old)).isFalse();
        assertThat(vault.knows(new byte[] {1, 2, 3})).isFalse();
        assertThatThrownBy(() -> vault.open(old, context)).isInstanceOf(VaultException.class);
    }

    @Test
    void keepsTheKeyThatSealsAndKnowsNoOther() {
        VaultKeyFile.create(file);
        long key = VaultKeyFile.load(file).primaryKeyId();

        assertRefused(() -> VaultKeyFile.remove(file, key)).hasMessageContaining("rotate it first");
        assertRefused(() -> VaultKeyFile.remove(file, key + 1)).hasMessageContaining("has no key");

        assertThat(VaultKeyFile.load(file).keyIds()).containsExactly(key);
    }

    @Test
    void readsAFileThatItsOwnerMayOnlyRead() throws IOException {
        VaultKeyFile.create(file);
        chmod(file, "r--------");

        assertThat(VaultKeyFile.load(file).primaryKeyId()).isPositive();
    }

    @Test
    void followsALinkToAPrivateFile() throws IOException {
        VaultKeyFile.create(file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertThat(VaultKeyFile.load(link).primaryKeyId())
                .isEqualTo(VaultKeyFile.load(file).primaryKeyId());
    }

    @Test
    void refusesALinkToAnOpenFile() throws IOException {
        VaultKeyFile.create(file);
        chmod(file, "rw-r--r--");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertRefused(() -> VaultKeyFile.load(link)).hasMessageContaining("is open to others");
    }

    @Test
    void refusesAFolderAMissingFileAndADanglingLink() throws IOException {
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("gone"));

        assertRefused(() -> VaultKeyFile.load(file)).hasMessageContaining("does not exist");
        assertRefused(() -> VaultKeyFile.load(dangling)).hasMessageContaining("does not exist");
        assertRefused(() -> VaultKeyFile.load(folder)).hasMessageContaining("is not a regular file");
    }

    @Test
    void refusesContentOfAnotherKindAndDoesNotQuoteIt() throws IOException {
        for (String content : List.of("", "canary", "{\"key\": \"canary\"}", "[]", "\u0000\u0000", "null")) {
            write(content.getBytes(StandardCharsets.UTF_8));
            assertMalformed(content);
        }
        write(new byte[] {(byte) 0xff, (byte) 0xfe, 0x00});
        assertMalformed("bytes that are no text");
        write(new byte[(int) VaultKeyFile.FILE_MAX_BYTES + 1]);
        assertMalformed("too long");
    }

    @Test
    void refusesAKeyOfAnotherKind() throws Exception {
        KeysetHandle weaker = KeysetHandle.generateNew(PredefinedAeadParameters.AES128_GCM);
        write(TinkJsonProtoKeysetFormat.serializeKeyset(weaker, InsecureSecretKeyAccess.get())
                .getBytes(StandardCharsets.UTF_8));

        assertMalformed("AES-128");
    }

    @Test
    void rotatesThroughALinkAndLeavesNothingBeside() throws IOException {
        VaultKeyFile.create(file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        long before = VaultKeyFile.load(file).primaryKeyId();

        long after = VaultKeyFile.rotate(link);

        assertThat(after).isNotEqualTo(before);
        assertThat(VaultKeyFile.load(file).primaryKeyId()).isEqualTo(after);
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(mode(file)).isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file, link);
        }
    }

    @Test
    void replacesTheLeftoverOfARotationThatCrashed() throws IOException {
        VaultKeyFile.create(file);
        Files.writeString(folder.resolve("vault.key.new"), "half");

        long after = VaultKeyFile.rotate(file);

        assertThat(VaultKeyFile.load(file).primaryKeyId()).isEqualTo(after);
    }

    @Test
    void refusesARotationBesideAnother() throws IOException {
        VaultKeyFile.create(file);
        long before = VaultKeyFile.load(file).primaryKeyId();
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock held = other.lock()) {
            assertThat(held.isValid()).isTrue();

            assertRefused(() -> VaultKeyFile.rotate(file)).hasMessageContaining("is being rotated");
        }
        assertThat(VaultKeyFile.load(file).primaryKeyId()).isEqualTo(before);
    }

    @Test
    void keepsTheKeysInUseWhenTheFileIsBrokenLater() throws IOException {
        VaultKeyFile.create(file);
        Vault vault = VaultKeyFile.load(file);
        SealContext context = SealContext.imapSmtp(new UUID(1, 2), new UUID(3, 4));
        byte[] sealed = vault.seal("secret".toCharArray(), context);
        write(new byte[0]);

        assertRefused(vault::reload);

        try (OpenedSecret opened = vault.open(sealed, context)) {
            assertThat(new String(opened.chars())).isEqualTo("secret");
        }
    }

    @Test
    void holdsNoMoreKeysThanItsLimit() {
        VaultKeyFile.create(file);
        for (int keys = 1; keys < VaultKeyFile.KEYS_MAX; keys++) {
            VaultKeyFile.rotate(file);
        }

        assertRefused(() -> VaultKeyFile.rotate(file)).hasMessageContaining("holds " + VaultKeyFile.KEYS_MAX);
        assertThat(VaultKeyFile.load(file).primaryKeyId()).isPositive();
    }

    private void assertMalformed(String what) {
        assertRefused(() -> VaultKeyFile.load(file))
                .as(what)
                .hasMessage("vault key file " + file + " is not a vault key file")
                .hasNoCause();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VaultException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEY_FILE))
                .hasMessageNotContainingAny("canary", "\n");
    }

    private void write(byte[] content) throws IOException {
        Files.write(file, content);
        chmod(file, "rw-------");
    }

    private static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
