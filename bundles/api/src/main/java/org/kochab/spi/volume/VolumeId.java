package org.kochab.spi.volume;

import java.util.regex.Pattern;

/**
 * Which volume. Whatever a provisioner makes of it must be told apart by both: a volume is never shown to another tenant.
 *
 * @param tenant 1 to 63 lower-case letters, digits and '-'
 * @param uid of the PersistentVolume: 1 to 64 letters, digits and '-'; never used again
 */
public record VolumeId(String tenant, String uid) implements Comparable<VolumeId> {
    private static final Pattern TENANT = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

    /** @throws IllegalArgumentException if one of them has another form: it could name a place outside a directory */
    public VolumeId {
        if (!TENANT.matcher(tenant).matches() || !UID.matcher(uid).matches()) {
            throw new IllegalArgumentException("'" + tenant + "', '" + uid + "' is not a tenant and a volume's uid");
        }
    }

    @Override
    public int compareTo(VolumeId other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : uid.compareTo(other.uid);
    }

    @Override
    public String toString() {
        return tenant + "/" + uid;
    }
}
