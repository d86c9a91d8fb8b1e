package org.kochab.spi.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes, mounts and deletes persistent volumes on the agent's node, for the StorageClasses that name it. Registered as a service on the node; it may come and go at any time. As long as it is away, containers
 * that are to be started with a volume of it wait and say so; those that run go on.
 *
 * <p>What it has made outlives pods, the agent's process and the machine. There is no call that says that a volume is not mounted any more: between {@link #provision} and
 * {@link #delete} a path stays usable, until the machine is started anew.
 *
 * <p>Threads: any, several at once for different volumes; one at a time for one volume. Methods block, each for at most the time its Javadoc gives; a node's threads are few, so one that
 * takes longer holds up other pods. All of them fail with a {@link RuntimeException} whose message is a sentence for people: it is shown, and the call is made again after a while.
 */
@ConsumerType
public interface VolumeProvisioner {
    /**
     * What {@code provisioner} of a StorageClass says: 1 to 63 lower-case letters, digits, '-' and '.', such as {@code lvm.example.com}. Always the same; returns at once. Of two of one name the first
     * serves, the second waits until that one has gone; {@code local-path}, {@code local-loop} and {@code local-tmpfs} are the agent's own.
     */
    String name();

    /**
     * Why no volume can be made on this node: one sentence; empty if volumes can be made. Asked once, when the provisioner comes; at most 10 seconds. Pods with volumes of this provisioner are placed only on
     * nodes where this is empty.
     */
    Optional<String> obstacle();

    /**
     * Makes the volume if it is not there, and mounts it if it is not mounted. Called before each start of a container that has it, again for the same volume, also by a later process of the agent and after
     * the machine was started anew: what is there is taken as it is, with all its data, whatever {@code bytes} and parameters say now. At most 60 seconds. After a failure or the end of the process in its midst, the next call
     * finishes the work.
     *
     * @return a directory that any user may write to, and in which there is nothing but this volume's data
     */
    Path provision(VolumeRequest request);

    /**
     * Unmounts the volume and deletes it with all its data; one that is not there is deleted. Called only when no pod on the node uses it. At most 60 seconds. A failure in its midst is no harm: the call is made again until
     * {@link #list} has the volume no more. Nothing but the volume is ever deleted.
     */
    void delete(VolumeId id);

    /** All volumes of this provisioner on this machine, whoever made them, those that are half made or half deleted too, in order; at most 10 seconds. */
    List<VolumeId> list();

    /** How full a volume is; empty if it is not there or cannot be measured. At most 10 seconds. */
    Optional<VolumeUsage> usage(VolumeId id);
}
