package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Precondition;

/**
 * Since when a tenant partition holds a tenant. A tenant that never moved has no record.
 *
 * @param era how often it has moved
 * @param since the revision here from which on it is here
 * @param left the revision of the partition before at which it left that
 */
public record Home(long era, long since, long left) {
    public static final String PREFIX = "home/";
    private static final Home FIRST = new Home(0, 0, -1);

    /** Prefix of the records of all tenants that came from elsewhere. */
    public static String all() {
        return PREFIX;
    }

    public static String key(TenantId tenant) {
        return PREFIX + tenant;
    }

    public static TenantId tenant(Entry entry) {
        return new TenantId(entry.key().substring(PREFIX.length()));
    }

    public static byte[] bytes(long era, long left) {
        return (era + " " + left).getBytes(UTF_8);
    }

    public static Home of(Optional<Entry> entry) {
        return entry.map(e -> {
                    String[] words = new String(e.value(), UTF_8).split(" ");
                    return new Home(Long.parseLong(words[0]), e.revision(), Long.parseLong(words[1]));
                })
                .orElse(FIRST);
    }

    /** Holds as long as the tenant is where it was when this was read. */
    public Precondition here(TenantId tenant) {
        return equals(FIRST) ? new Precondition.Absent(key(tenant)) : new Precondition.AtRevision(key(tenant), since);
    }

    /** The version of what is shown here at a revision. */
    public String version(long revision) {
        return Long.toString(Versions.of(era, revision));
    }
}
