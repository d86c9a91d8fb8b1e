package org.kochab.spi.volume;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A volume that a container is about to mount.
 *
 * @param bytes what was asked for; a volume has at least so much room, or cannot be made. A provisioner that cannot limit a volume to it says so in its documentation
 * @param parameters of its StorageClass, when the volume was bound; in order of their names
 */
public record VolumeRequest(VolumeId id, long bytes, Map<String, String> parameters) {
    public VolumeRequest {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }
}
