package org.kochab.agent.internal.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/** PKCS#10 (RFC 2986) for an EC key, DER written by hand: what a library would bring for this alone is larger than the whole agent. */
final class CertificateRequest {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_ID = 0x06;
    private static final int UTF8 = 0x0C;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int ATTRIBUTES = 0xA0;
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] ALGORITHM = {0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02};

    private CertificateRequest() {}

    static String pem(KeyPair keys, String commonName) throws GeneralSecurityException {
        byte[] name = tagged(
                SEQUENCE,
                tagged(
                        SET,
                        tagged(
                                SEQUENCE,
                                tagged(OBJECT_ID, COMMON_NAME),
                                tagged(UTF8, commonName.getBytes(StandardCharsets.UTF_8)))));
        byte[] asked = tagged(
                SEQUENCE,
                tagged(INTEGER, new byte[] {0}),
                name,
                keys.getPublic().getEncoded(),
                tagged(ATTRIBUTES));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(asked);
        byte[] request = tagged(
                SEQUENCE,
                asked,
                tagged(SEQUENCE, tagged(OBJECT_ID, ALGORITHM)),
                tagged(BIT_STRING, new byte[] {0}, signature.sign()));
        return "-----BEGIN CERTIFICATE REQUEST-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(request)
                + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
