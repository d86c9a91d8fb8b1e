package org.kochab.api.gateway;

import java.time.Duration;
import org.kochab.api.model.TenantId;

/**
 * What the users of one tenant have asked of a member's HTTP API since it was started.
 *
 * @param tenant of the users, not of what they asked about: operators are of tenant {@code system}
 * @param requests answered; the begin of a watch is one
 * @param rejected for the tenant's requests a second or for full queues, with 429; not among {@code requests}
 * @param time that the answers took together, waiting for stores and other members included, waiting for a turn not
 * @param running requests that are being answered now
 * @param waiting requests that wait for their turn now
 * @param watches now, logs that are followed among them
 */
public record TenantUsage(
        TenantId tenant, long requests, long rejected, Duration time, int running, int waiting, int watches) {}
