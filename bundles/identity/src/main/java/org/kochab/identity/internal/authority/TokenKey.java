package org.kochab.identity.internal.authority;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.kochab.api.link.Digests;
import org.kochab.identity.internal.core.AccountKeyRecord;

/** Signs tokens and checks their signatures: ECDSA on P-256 with SHA-256, in the form that RFC 7518 calls ES256. Thread-safe. */
public final class TokenKey {
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final int SIGNATURE_BYTES = 64;

    private final PrivateKey key;
    private final PublicKey publicKey;
    private final String id;

    private TokenKey(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
        id = Digests.base64(publicKey.getEncoded());
    }

    public static TokenKey create() {
        KeyPair pair = Authority.keyPair();
        return new TokenKey(pair.getPrivate(), pair.getPublic());
    }

    /** @throws IllegalArgumentException if the record holds no such key */
    public static TokenKey of(AccountKeyRecord record) {
        try {
            KeyFactory keys = KeyFactory.getInstance("EC");
            Base64.Decoder base64 = Base64.getDecoder();
            return new TokenKey(
                    keys.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(record.key()))),
                    keys.generatePublic(new X509EncodedKeySpec(base64.decode(record.publicKey()))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the directory holds no key for tokens that can be used: " + e.getMessage(), e);
        }
    }

    public AccountKeyRecord record() {
        Base64.Encoder base64 = Base64.getEncoder();
        return new AccountKeyRecord(
                base64.encodeToString(publicKey.getEncoded()), base64.encodeToString(key.getEncoded()));
    }

    /** Tells it from others. */
    public String id() {
        return id;
    }

    public byte[] sign(byte[] text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a token cannot be signed", e);
        }
    }

    public boolean hasSigned(byte[] text, byte[] signed) {
        if (signed.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // As the JDK says of numbers that can be no signature.
            return false;
        }
    }
}
