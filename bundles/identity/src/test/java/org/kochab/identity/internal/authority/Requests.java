package org.kochab.identity.internal.authority;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Certificate requests as another library makes them. */
public final class Requests {
    private Requests() {}

    public static String pem(KeyPair keys) {
        try {
            byte[] request = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=any"), keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            return "-----BEGIN CERTIFICATE REQUEST-----\n"
                    + Base64.getMimeEncoder().encodeToString(request)
                    + "\n-----END CERTIFICATE REQUEST-----\n";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static X509Certificate certificate(String pem) throws Exception {
        String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        return Pem.der(Base64.getDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII)));
    }
}
