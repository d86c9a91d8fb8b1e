package org.kochab.rm.internal.core;

import java.util.HashMap;
import java.util.Map;
import org.kochab.api.node.Reading;
import org.kochab.api.node.TenantOwner;

/** What the parts of the state machine share. Made anew, but for what only memory knows, each time the partition is read. */
final class Ledger {
    final Outside outside;
    final Settings settings;
    final Journal journal;
    final Refusals refusals;
    final String manager;
    Table table = new Table();

    /** The latest of each tenant partition. */
    Map<String, Reading> readings = new HashMap<>();

    /** Of tenants that moved. */
    Map<String, TenantOwner> owners = new HashMap<>();

    long lastToken;

    /** Tokens up to here may have been given out before the last crash. */
    long reservedTokens;

    /** Silence counts from here at the earliest: before, it was this manager that could not hear. */
    long listeningSince;

    Ledger(Outside outside, Settings settings, Journal journal) {
        this.outside = outside;
        this.settings = settings;
        this.journal = journal;
        this.refusals = new Refusals(outside);
        this.manager = outside.partition().id().value();
    }

    long now() {
        return outside.millis().getAsLong();
    }

    long epoch() {
        return outside.partition().epoch();
    }

    Reading reading(String partition) {
        return readings.getOrDefault(partition, Reading.NONE);
    }

    /** A tenant partition spoke; earlier words of it are refused from now on. */
    void heard(String partition, Reading reading) {
        if (reading.compareTo(reading(partition)) > 0) {
            readings.put(partition, reading);
            journal.put(OwnKeys.READINGS + partition, Journal.text(reading.epoch() + " " + reading.revision()));
        }
    }

    byte[] encode(Object value) {
        return outside.codec().encode(value);
    }

    <T> T decode(byte[] json, Class<T> type) {
        return outside.codec().decode(json, type);
    }
}
