import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Base64;

/**
 * Makes an ssh key for the operator of this installation: {@code java OperatorKey.java PRIVATE_KEY KEYS_PROPERTIES}. Needs only a JDK. The key is
 * of NIST's curve P-256, the file in OpenSSH's own form (its PROTOCOL.key).
 */
public final class OperatorKey {
    private static final String CURVE = "nistp256";
    private static final String TYPE = "ecdsa-sha2-" + CURVE;
    private static final int COORDINATE = 32;
    private static final int BLOCK = 8;

    public static void main(String[] args) throws Exception {
        Path privateKey = Path.of(args[0]);
        Path keys = Path.of(args[1]);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] point = point(((ECPublicKey) pair.getPublic()).getW());
        BigInteger secret = ((ECPrivateKey) pair.getPrivate()).getS();
        Files.createFile(
                privateKey, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                privateKey,
                "-----BEGIN OPENSSH PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(file(point, secret))
                        + "\n-----END OPENSSH PRIVATE KEY-----\n");
        Files.writeString(
                keys,
                "\noperator=" + Base64.getEncoder().encodeToString(publicKey(point)) + ",_g_:admingroup\n",
                StandardOpenOption.APPEND);
    }

    /** Not encrypted: who can read the file is the operator. */
    private static byte[] file(byte[] point, BigInteger secret) {
        return bytes(out -> {
            out.write("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
            write(out, "none");
            write(out, "none");
            write(out, "");
            out.writeInt(1);
            write(out, publicKey(point));
            write(out, secretPart(point, secret));
        });
    }

    private static byte[] secretPart(byte[] point, BigInteger secret) {
        int check = new SecureRandom().nextInt();
        return bytes(out -> {
            out.writeInt(check);
            out.writeInt(check);
            out.write(publicKey(point));
            write(out, secret.toByteArray());
            write(out, "operator");
            for (int pad = 1; out.size() % BLOCK != 0; pad++) {
                out.write(pad);
            }
        });
    }

    /** RFC 5656, section 3.1. */
    private static byte[] publicKey(byte[] point) {
        return bytes(out -> {
            write(out, TYPE);
            write(out, CURVE);
            write(out, point);
        });
    }

    /** Uncompressed: SEC 1, section 2.3.3. */
    private static byte[] point(ECPoint point) {
        return bytes(out -> {
            out.write(4);
            for (BigInteger coordinate : new BigInteger[] {point.getAffineX(), point.getAffineY()}) {
                byte[] signed = coordinate.toByteArray();
                int length = Math.min(signed.length, COORDINATE);
                out.write(new byte[COORDINATE - length]);
                out.write(signed, signed.length - length, length);
            }
        });
    }

    private interface Writer {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String field) throws IOException {
        write(out, field.getBytes(StandardCharsets.US_ASCII));
    }

    private static void write(DataOutputStream out, byte[] field) throws IOException {
        out.writeInt(field.length);
        out.write(field);
    }
}
