package org.kochab.api.model;

import java.util.regex.Pattern;

/** Name of a tenant: a DNS label of at most 63 characters. */
public record TenantId(String value) implements Comparable<TenantId> {
    private static final Pattern VALID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** The platform's own tenant. It must be named by whoever means it; nothing defaults to it. */
    public static final TenantId SYSTEM = new TenantId("system");

    public TenantId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "tenant name '" + value
                            + "' is not valid: use at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit");
        }
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
