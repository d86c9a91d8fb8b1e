package org.kochab.gateway.internal.service;

import java.util.HashMap;
import java.util.Map;
import org.kochab.api.model.TenantId;

/** A number of places, of which no tenant has more than its share. Any thread. */
public final class Shares {
    private final int most;
    private final int mostOfOne;
    private final Map<TenantId, Integer> used = new HashMap<>();
    private int all;

    private Shares(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** No tenant has more than half of them. */
    public static Shares halved(int most) {
        return new Shares(most, Math.max(1, most / 2));
    }

    /** Whether there was a place; it is to be given back. */
    public synchronized boolean take(TenantId tenant) {
        int own = used.getOrDefault(tenant, 0);
        if (all >= most || own >= mostOfOne) {
            return false;
        }
        used.put(tenant, own + 1);
        all++;
        return true;
    }

    public synchronized void giveBack(TenantId tenant) {
        int own = used.getOrDefault(tenant, 0) - 1;
        all--;
        if (own > 0) {
            used.put(tenant, own);
        } else {
            used.remove(tenant);
        }
    }
}
