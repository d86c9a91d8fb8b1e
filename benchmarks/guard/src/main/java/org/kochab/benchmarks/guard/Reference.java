package org.kochab.benchmarks.guard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;

/** The fixed loop that all else is compared with: strings, a sorted map, digests, garbage. It never changes, or all accepted ratios must. */
final class Reference implements Case {
    private static final int KEYS = 40_000;

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void work() throws Exception {
        Map<String, byte[]> map = new TreeMap<>();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i * 2_654_435_761L % KEYS;
            map.put(key, digest.digest(key.repeat(8).getBytes(StandardCharsets.UTF_8)));
        }
        long sum = 0;
        for (Map.Entry<String, byte[]> e : map.entrySet()) {
            sum += e.getKey().hashCode() ^ e.getValue()[0];
        }
        if (map.size() != KEYS || sum == 0) {
            throw new IllegalStateException("the reference loop made " + map.size() + " keys");
        }
    }
}
