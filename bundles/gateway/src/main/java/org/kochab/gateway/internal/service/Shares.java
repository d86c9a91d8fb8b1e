package org.kochab.gateway.internal.service;

import java.util.HashMap;
import java.util.Map;
import org.kochab.api.model.TenantId;

/** A number of places, of which no tenant has more than its share; some are kept for operators, who may have all. Any thread. */
public final class Shares {
    private final int most;
    private final int mostOfOne;
    private final int kept;
    private final Map<TenantId, Integer> used = new HashMap<>();
    private int all;

    /** @param kept of them for operators */
    public Shares(int most, int mostOfOne, int kept) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.kept = kept;
    }

    public Shares(int most, int mostOfOne) {
        this(most, mostOfOne, 0);
    }

    /** No tenant has more than half of them. */
    public static Shares halved(int most) {
        return new Shares(most, Math.max(1, most / 2));
    }

    /** Whether there was a place; it is to be given back. */
    public synchronized boolean take(TenantId tenant) {
        int own = of(tenant);
        boolean operator = tenant.equals(TenantId.SYSTEM);
        if (all >= most || !operator && (own >= mostOfOne || all >= most - kept)) {
            return false;
        }
        used.put(tenant, own + 1);
        all++;
        return true;
    }

    /** How many a tenant has. */
    public synchronized int of(TenantId tenant) {
        return used.getOrDefault(tenant, 0);
    }

    public synchronized void giveBack(TenantId tenant) {
        int own = of(tenant) - 1;
        all--;
        if (own > 0) {
            used.put(tenant, own);
        } else {
            used.remove(tenant);
        }
    }
}
