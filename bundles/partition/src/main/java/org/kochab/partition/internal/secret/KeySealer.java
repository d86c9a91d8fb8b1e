package org.kochab.partition.internal.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.kochab.api.link.Digests;
import org.kochab.spi.secret.SealException;
import org.kochab.spi.secret.Sealer;

/**
 * AES-256-GCM with keys from a file: one a line, in base64. The first seals, all open. What is sealed is a version, eight bytes that name the key, twelve random bytes,
 * and the ciphertext with its tag; the purpose is authenticated with it.
 */
public final class KeySealer implements Sealer {
    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 8;
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEAD = 1 + ID_BYTES + IV_BYTES;

    private final List<Key> keys;
    private final SecureRandom random = new SecureRandom();

    private record Key(byte[] id, SecretKeySpec secret) {
        static Key of(byte[] bytes) {
            byte[] digest = HexFormat.of().parseHex(Digests.of(bytes));
            return new Key(Arrays.copyOf(digest, ID_BYTES), new SecretKeySpec(bytes, "AES"));
        }
    }

    private KeySealer(List<Key> keys) {
        this.keys = keys;
    }

    /** With a key that nobody else has, and that ends with it. */
    public static KeySealer fresh() {
        return new KeySealer(List.of(Key.of(newKey())));
    }

    private static byte[] newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /**
     * With the keys of a file, which is made with a new key if it is not there; several members may do so at once.
     *
     * @throws IOException if it cannot be read or made, or holds no keys; the message says what to do
     */
    public static KeySealer load(Path file) throws IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        List<Key> keys = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            if (!line.isBlank()) {
                keys.add(Key.of(key(line.strip(), file)));
            }
        }
        if (keys.isEmpty()) {
            throw new IOException("Key file " + file + " is empty: put the platform's key there");
        }
        return new KeySealer(List.copyOf(keys));
    }

    private static byte[] key(String line, Path file) throws IOException {
        try {
            byte[] key = Base64.getDecoder().decode(line);
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without the line.
        }
        throw new IOException(
                "Key file " + file + " has a line that is not 32 bytes in base64: put the right key there");
    }

    private static void make(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path fresh = Files.createTempFile(
                directory,
                "secrets",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(fresh, Base64.getEncoder().encodeToString(newKey()) + "\n");
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // Another member was faster: its key is the one.
        } finally {
            Files.delete(fresh);
        }
    }

    /** Names the key that seals; says nothing of it. */
    public String keyId() {
        return HexFormat.of().formatHex(keys.get(0).id());
    }

    @Override
    public byte[] seal(byte[] plain, String purpose) {
        Key key = keys.get(0);
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, iv, purpose).doFinal(plain);
            return ByteBuffer.allocate(HEAD + sealed.length)
                    .put(VERSION)
                    .put(key.id())
                    .put(iv)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
        if (sealed.length < HEAD || sealed[0] != VERSION) {
            throw new SealException(
                    "it is not sealed in a way that this release knows: was it written by a later one?");
        }
        byte[] id = Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES);
        Key key = keys.stream()
                .filter(k -> Arrays.equals(k.id(), id))
                .findFirst()
                .orElseThrow(() -> new SealException("it was sealed with key "
                        + HexFormat.of().formatHex(id) + ", and this member has " + keyId()
                        + ": add that key to its key file, see org.kochab.secrets"));
        byte[] iv = Arrays.copyOfRange(sealed, 1 + ID_BYTES, HEAD);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, iv, purpose).doFinal(sealed, HEAD, sealed.length - HEAD);
        } catch (AEADBadTagException e) {
            throw new SealException("it was changed since it was sealed, or sealed for something else");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    private static Cipher cipher(int mode, Key key, byte[] iv, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.secret(), new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
