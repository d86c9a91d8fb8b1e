package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.kochab.api.model.TenantId;
import org.kochab.partition.internal.core.kernel.Fences;

/**
 * Why a tenant partition holds a tenant closed, as stored at {@link #key}.
 *
 * @param role {@code OUT}: it goes, and may come back; {@code IN}: it comes; {@code AWAY}: it has gone for good
 * @param move which move it is
 * @param era {@code OUT}: the tenant's era here; {@code AWAY}: its era in the partition it went to; {@code IN}: what an {@code AWAY} that was here said, or 0
 * @param partition where it goes, comes from, or went
 * @param since {@code AWAY}: the revision of that partition from which on it is there; {@code IN}: as {@code era}
 */
public record Fence(Role role, String move, long era, String partition, long since) {
    /** What the fence is for. */
    public enum Role {
        OUT,
        IN,
        AWAY
    }

    public static String key(TenantId tenant) {
        return Fences.PREFIX + tenant;
    }

    public byte[] bytes() {
        return (role + " " + move + " " + era + " " + partition + " " + since).getBytes(UTF_8);
    }

    public static Fence read(byte[] bytes) {
        String[] words = new String(bytes, UTF_8).split(" ");
        return new Fence(
                Role.valueOf(words[0]), words[1], Long.parseLong(words[2]), words[3], Long.parseLong(words[4]));
    }
}
