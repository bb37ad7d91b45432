package dev.mailroom.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.vault.VaultException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {

    private static final UUID ORGANIZATION = UUID.fromString("0198a1c4-0000-7000-8000-000000000001");
    private static final UUID ACCOUNT = UUID.fromString("0198a1c4-0000-7000-8000-000000000002");
    private static final UUID OTHER = UUID.fromString("0198a1c4-0000-7000-8000-000000000003");
    private static final SealContext CONTEXT = SealContext.imapSmtp(ORGANIZATION, ACCOUNT);
    private static final String PASSWORD = "correct hörse 🔑";

    @TempDir
    Path folder;

    private Path keyFile;
    private Vault vault;

    @BeforeEach
    void makeKeyFile() {
        keyFile = folder.resolve("vault.key");
        VaultKeyFile.create(keyFile);
        vault = VaultKeyFile.load(keyFile);
    }

    @Test
    void opensWhatItSealed() {
        byte[] sealed = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        try (OpenedSecret opened = vault.open(sealed, CONTEXT)) {
            assertThat(new String(opened.chars())).isEqualTo(PASSWORD);
            assertThat(opened.bytes()).isEqualTo(PASSWORD.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void opensAfterARestartWithTheSameKeyFile() {
        byte[] sealed = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        assertOpens(VaultKeyFile.load(keyFile), sealed);
    }

    @Test
    void neverMakesTheSameEnvelopeTwice() {
        byte[] first = vault.seal(PASSWORD.toCharArray(), CONTEXT);
        byte[] second = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        assertThat(first).isNotEqualTo(second);
        assertThat(Envelope.parse(first).wrappedKey())
                .isNotEqualTo(Envelope.parse(second).wrappedKey());
    }

    @Test
    void keepsThePlaintextOutOfTheEnvelope() {
        byte[] sealed = vault.seal("canary-canary-canary".getBytes(StandardCharsets.US_ASCII), CONTEXT);

        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("canary");
    }

    @Test
    void refusesAnotherOrganizationAccountOrPurpose() {
        byte[] sealed = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        for (SealContext wrong : List.of(
                SealContext.imapSmtp(OTHER, ACCOUNT),
                SealContext.imapSmtp(ORGANIZATION, OTHER),
                SealContext.imapSmtp(ACCOUNT, ORGANIZATION),
                new SealContext(ORGANIZATION, ACCOUNT, "imap-smt"))) {
            assertRefused(Reason.NOT_AUTHENTIC, () -> vault.open(sealed, wrong));
            assertRefused(Reason.NOT_AUTHENTIC, () -> vaultOfRotatedFile().rewrap(sealed, wrong));
        }
    }

    @Test
    void refusesAnEnvelopeWithAnyOneByteChanged() {
        byte[] sealed = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        for (int i = 0; i < sealed.length; i++) {
            byte[] tampered = sealed.clone();
            tampered[i] ^= 0x01;
            assertThatThrownBy(() -> vault.open(tampered, CONTEXT))
                    .as("byte %d", i)
                    .isInstanceOf(VaultException.class)
                    .hasMessageNotContaining(PASSWORD);
        }
    }

    @Test
    void refusesAnEnvelopeCutAnywhereOrLengthened() {
        byte[] sealed = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> vault.open(cut, CONTEXT))
                    .as("length %d", length)
                    .isInstanceOf(VaultException.class);
        }
        assertRefused(Reason.NOT_AUTHENTIC, () -> vault.open(Arrays.copyOf(sealed, sealed.length + 1), CONTEXT));
    }

    @Test
    void refusesAMixOfTwoEnvelopes() {
        Envelope first = Envelope.parse(vault.seal("first".toCharArray(), CONTEXT));
        Envelope second = Envelope.parse(vault.seal("second".toCharArray(), CONTEXT));
        byte[] mixed = new Envelope(first.wrappedKey(), second.sealedSecret()).toBytes();

        assertRefused(Reason.NOT_AUTHENTIC, () -> vault.open(mixed, CONTEXT));
    }

    @Test
    void sealsUpToTheLimitAndNoFurther() {
        byte[] longest = new byte[Vault.SECRET_MAX_BYTES];
        byte[] sealed = vault.seal(longest, CONTEXT);

        assertThat(sealed.length).isLessThanOrEqualTo(Envelope.ENVELOPE_MAX_BYTES);
        try (OpenedSecret opened = vault.open(sealed, CONTEXT)) {
            assertThat(opened.bytes()).isEqualTo(longest);
        }
        assertRefused(Reason.SECRET_SIZE, () -> vault.seal(new byte[Vault.SECRET_MAX_BYTES + 1], CONTEXT));
        assertRefused(Reason.SECRET_SIZE, () -> vault.seal(new byte[0], CONTEXT));
        assertRefused(Reason.MALFORMED, () -> vault.open(new byte[Envelope.ENVELOPE_MAX_BYTES + 1], CONTEXT));
    }

    @Test
    void opensOldEnvelopesAfterARotationAndSealsWithTheNewKey() {
        byte[] old = vault.seal(PASSWORD.toCharArray(), CONTEXT);
        long oldKey = vault.primaryKeyId();

        Vault rotated = vaultOfRotatedFile();
        byte[] fresh = rotated.seal(PASSWORD.toCharArray(), CONTEXT);

        assertOpens(rotated, old);
        assertThat(rotated.primaryKeyId()).isNotEqualTo(oldKey);
        assertThat(rotated.isCurrent(old)).isFalse();
        assertThat(rotated.isCurrent(fresh)).isTrue();
        assertThat(Vault.keyId(old)).isEqualTo(oldKey);
        assertThat(Vault.keyId(fresh)).isEqualTo(rotated.primaryKeyId());
    }

    @Test
    void rewrapsWithoutTouchingTheSealedSecret() {
        byte[] old = vault.seal(PASSWORD.toCharArray(), CONTEXT);
        Vault rotated = vaultOfRotatedFile();

        byte[] rewrapped = rotated.rewrap(old, CONTEXT);

        assertThat(rotated.isCurrent(rewrapped)).isTrue();
        assertThat(Envelope.parse(rewrapped).sealedSecret())
                .isEqualTo(Envelope.parse(old).sealedSecret());
        assertOpens(rotated, rewrapped);
        assertThat(rotated.rewrap(rewrapped, CONTEXT)).isEqualTo(rewrapped);
    }

    @Test
    void readsItsKeyFileAgainWhenAnEnvelopeIsOfANewerKey() {
        byte[] newer = vaultOfRotatedFile().seal(PASSWORD.toCharArray(), CONTEXT);

        assertOpens(vault, newer);
    }

    @Test
    void refusesAnEnvelopeOfAnotherKeyFileAndNamesTheKey() {
        Path elsewhere = folder.resolve("elsewhere.key");
        VaultKeyFile.create(elsewhere);
        byte[] foreign = VaultKeyFile.load(elsewhere).seal(PASSWORD.toCharArray(), CONTEXT);

        assertThatThrownBy(() -> vault.open(foreign, CONTEXT))
                .isInstanceOfSatisfying(
                        VaultException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_KEY))
                .hasMessageContaining(Long.toString(Vault.keyId(foreign)));
    }

    @Test
    void wipesTheOpenedSecretWhenItIsClosed() {
        byte[] own = PASSWORD.getBytes(StandardCharsets.UTF_8);
        OpenedSecret secret = new OpenedSecret(own);

        secret.close();

        assertThat(own).containsOnly(0);
        assertThatThrownBy(secret::chars).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(secret::bytes).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leavesTheCallersArraysAsTheyAre() {
        char[] password = PASSWORD.toCharArray();

        vault.seal(password, CONTEXT);

        assertThat(password).isEqualTo(PASSWORD.toCharArray());
    }

    @Test
    void saysNothingSecretOfItself() {
        byte[] sealed = vault.seal(PASSWORD.toCharArray(), CONTEXT);

        try (OpenedSecret opened = vault.open(sealed, CONTEXT)) {
            assertThat(opened.toString()).isEqualTo("OpenedSecret[***]");
        }
        assertThat(vault.toString()).isEqualTo("Vault[primary=" + vault.primaryKeyId() + "]");
        assertThat(Envelope.parse(sealed).toString()).isEqualTo("Envelope[key=" + vault.primaryKeyId() + "]");
        assertThat(VaultKeyFile.read(keyFile).toString()).startsWith("VaultKeys[1 keys");
    }

    @Test
    void refusesAPurposeOfAnotherForm() {
        List<String> wrong = new ArrayList<>(List.of("", "A", "imap smtp", "a|b", "é"));
        wrong.add("x".repeat(65));
        for (String purpose : wrong) {
            assertThatThrownBy(() -> new SealContext(ORGANIZATION, ACCOUNT, purpose))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new SealContext(ORGANIZATION, ACCOUNT, "x".repeat(64)).purpose())
                .hasSize(64);
    }

    private Vault vaultOfRotatedFile() {
        VaultKeyFile.rotate(keyFile);
        return VaultKeyFile.load(keyFile);
    }

    private static void assertOpens(Vault vault, byte[] sealed) {
        try (OpenedSecret opened = vault.open(sealed, CONTEXT)) {
            assertThat(new String(opened.chars())).isEqualTo(PASSWORD);
        }
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VaultException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
