package org.kochab.spi.device;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds the devices of one extended resource on this node. Registered as a service; it may come and go at any time.
 *
 * <p>The agent counts all that are present as the node's capacity of the resource and the healthy ones as allocatable. It chooses which of them a container
 * gets when it is first started, keeps that durably before the start, and gives a device to nobody else until the pod has ended or is gone: restarts of the container, the
 * agent and the machine change nothing about it.
 *
 * <p>A device that becomes unhealthy or vanishes, and a provider that goes, make allocatable smaller and end nothing: containers that run go on with what
 * they have. Whoever is to be started with such a device waits and says so in the pod's status, until the device is back.
 *
 * <p>Threads: any, at most two calls at once. An {@link #allocate} that is not back in time is interrupted and counts as failed; as long as two calls do not
 * return, the others fail too. What the other methods throw is logged, and the provider is not used until it is registered again.
 */
@ConsumerType
public interface DeviceProvider {
    /**
     * Name of the resource, such as {@code vendor.com/gpu}: a domain, {@code /}, and a name of letters, digits and {@code ._-}; not of {@code kubernetes.io}.
     * Always the same. Of two providers of one name the first serves; the second waits until that one has gone. At most 10 seconds.
     */
    String resource();

    /**
     * Begins to tell a listener: soon of all devices that are present, even if there are none, and again of all whenever one comes, goes or changes. The first
     * time may be within this call. At most 10 seconds.
     */
    DeviceWatch watch(DeviceListener listener);

    /**
     * Makes devices ready for a container that is about to be started and says what it needs to get at them; at most 10 seconds. Called before each start of
     * the container, again for the same devices: nothing may depend on how often. There is no call that gives them back.
     *
     * @param ids of devices that were present and healthy at the time of the choice; at least one
     * @return for all of them together
     * @throws RuntimeException if they cannot be used now, with a sentence for people: the pod says it and the start is tried again
     */
    DeviceAccess allocate(List<String> ids);
}
