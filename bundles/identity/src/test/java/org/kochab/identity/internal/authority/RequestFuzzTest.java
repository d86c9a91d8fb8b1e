package org.kochab.identity.internal.authority;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.api.identity.JoinToken;

/** What strangers send to become nodes: it is what it should be, or the one exception that says what it should have been. */
class RequestFuzzTest {
    private static final byte DER = 'D';

    /** As PEM, or what is inside of it after a {@code D}. The seeds are requests that openssl made. */
    @FuzzTest
    void request(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        String pem = bytes[0] != DER
                ? new String(bytes, StandardCharsets.UTF_8)
                : "-----BEGIN CERTIFICATE REQUEST-----\n"
                        + Base64.getMimeEncoder().encodeToString(Arrays.copyOfRange(bytes, 1, bytes.length))
                        + "\n-----END CERTIFICATE REQUEST-----\n";
        try {
            PublicKey key = Pem.requested(pem);
            assertThat(key.getAlgorithm()).isIn("EC", "RSA", "EdDSA");
            assertThat(Pem.fingerprint(key)).hasSize(43);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("request ");
        }
    }

    static Stream<byte[]> tokens() {
        String token = "kochab1.abcdefgh." + "s".repeat(32) + "." + "a".repeat(43);
        return Stream.of(
                        token,
                        " " + token + "\r\n",
                        token + "a",
                        token.toUpperCase(java.util.Locale.ROOT),
                        "kochab1...",
                        "")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("tokens")
    @FuzzTest
    void token(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            JoinToken token = JoinToken.parse(text);
            assertThat(token.text()).isEqualTo(text.strip());
            assertThat(token.toString()).doesNotContain(token.secret());
            assertThat(token.hash()).hasSize(43);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage())
                    .startsWith("the join token is not valid")
                    .hasSizeLessThan(200);
        }
    }
}
