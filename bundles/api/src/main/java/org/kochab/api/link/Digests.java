package org.kochab.api.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** SHA-256, in lower-case hex unless a method says otherwise. */
public final class Digests {
    private Digests() {}

    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256(bytes));
    }

    /** In base64url without padding. */
    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(bytes));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Of lines {@code uid specDigest token stopGraceSeconds}, sorted; the last is empty if unset. A device without Java can do the same with sort and sha256sum. */
    public static String of(List<Desired.Entry> pods) {
        List<String> lines = new ArrayList<>(pods.size());
        for (Desired.Entry p : pods) {
            lines.add(p.uid() + " " + p.specDigest() + " " + p.token() + " "
                    + (p.stopGraceSeconds() == null ? "" : p.stopGraceSeconds()) + "\n");
        }
        Collections.sort(lines);
        return of(String.join("", lines).getBytes(StandardCharsets.UTF_8));
    }
}
