package org.kochab.spi.event;

import org.kochab.api.model.Event;
import org.kochab.api.model.TenantId;

/** What a sink is given. */
public sealed interface SinkRecord {
    /**
     * An event as it is stored now. The same again has the same uid and a greater count; one with the same count is a repetition.
     *
     * @param event with its {@code resourceVersion}
     */
    record Occurred(TenantId tenant, Event event) implements SinkRecord {}

    /**
     * At this place records were dropped, because the sink did not take them soon enough.
     *
     * @param records how many, of any tenants
     */
    record Lost(long records) implements SinkRecord {}
}
