package org.kochab.partition.internal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Secret;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.internal.core.tenant.ValueSources;
import org.kochab.spi.secret.SealException;

class SealedCodecTest {
    private static final byte[] PLAIN = "plain".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private static Secret secret(String uid) {
        ObjectMeta meta = new ObjectMeta(
                "login",
                null,
                "acme",
                "default",
                uid,
                null,
                1L,
                null,
                null,
                null,
                Map.of("a", "b"),
                Map.of("c", "d"),
                null,
                null);
        return new Secret("v1", "Secret", meta, "Opaque", Map.of("password", "c2VjcmV0"), null, null);
    }

    @Test
    void theKeyFileIsMadeOnceForItsOwnerOnly() throws Exception {
        Path file = directory.resolve("etc/secrets.key");
        KeySealer first = KeySealer.load(file);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        byte[] sealed = first.seal(PLAIN, "x");
        assertThat(KeySealer.load(file).open(sealed, "x")).isEqualTo(PLAIN);
        assertThat(first.seal(PLAIN, "x")).isNotEqualTo(sealed);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void whatWasChangedOrIsForSomethingElseIsNotOpened() throws Exception {
        KeySealer sealer = KeySealer.load(directory.resolve("key"));
        byte[] sealed = sealer.seal(PLAIN, "x");
        assertThatThrownBy(() -> sealer.open(sealed, "y")).isInstanceOf(SealException.class);
        byte[] changed = sealed.clone();
        changed[changed.length - 1] ^= 1;
        assertThatThrownBy(() -> sealer.open(changed, "x")).isInstanceOf(SealException.class);
        assertThatThrownBy(() -> KeySealer.fresh().open(sealed, "x"))
                .isInstanceOf(SealException.class)
                .hasMessageContaining(sealer.keyId());
    }

    /** A new key is put before the old one. */
    @Test
    void allKeysOfTheFileOpen() throws Exception {
        Path file = directory.resolve("key");
        byte[] sealed = KeySealer.load(file).seal(PLAIN, "x");
        Path other = directory.resolve("other");
        KeySealer.load(other);
        Files.writeString(file, Files.readString(other) + Files.readString(file));
        assertThat(KeySealer.load(file).open(sealed, "x")).isEqualTo(PLAIN);
        assertThat(KeySealer.load(file).keyId()).isEqualTo(KeySealer.load(other).keyId());
        Files.writeString(file, "c2hvcnQ=\n");
        assertThatThrownBy(() -> KeySealer.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not 32 bytes in base64");
    }

    @Test
    void aSecretIsFoundByItsLabelsAndReadAsItWas() {
        SealedCodec codec = new SealedCodec(new JacksonCodec(), KeySealer.fresh());
        byte[] stored = codec.encode(secret("u1"));
        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .contains("\"login\"", "\"b\"", "Opaque")
                .doesNotContain("c2VjcmV0", "password");
        assertThat(codec.decode(stored, Kind.SECRET)).isEqualTo(secret("u1"));
    }

    @Test
    void whatCannotBeOpenedIsKeptAsItIs() {
        JacksonCodec plain = new JacksonCodec();
        KeySealer right = KeySealer.fresh();
        byte[] stored = new SealedCodec(plain, right).encode(secret("u1"));
        SealedCodec wrong = new SealedCodec(plain, KeySealer.fresh());
        Secret unopened = (Secret) wrong.decode(stored, Kind.SECRET);
        assertThat(unopened.data()).containsOnlyKeys(ValueSources.UNOPENED);
        Secret relabelled = unopened.withMetadata(unopened.metadata().withLabels(Map.of("a", "other")));
        Secret opened = (Secret) new SealedCodec(plain, right).decode(wrong.encode(relabelled), Kind.SECRET);
        assertThat(opened.data()).isEqualTo(secret("u1").data());
        assertThat(opened.metadata().labels()).containsEntry("a", "other");
    }
}
