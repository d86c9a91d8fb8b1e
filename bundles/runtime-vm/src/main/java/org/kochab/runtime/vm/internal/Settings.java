package org.kochab.runtime.vm.internal;

import java.nio.file.Path;

/**
 * How the driver is set up.
 *
 * @param directory where it keeps which machines there are and how they ended
 * @param images directory with machine images
 * @param cgroup name of the control group that machines' groups are in
 * @param publishAddress address of the node on which a {@code hostPort} without {@code hostIP} is published
 * @param accelerator {@code kvm}, {@code tcg}, or {@code auto} for KVM where a machine really boots with it
 * @param user number of the user and the group that QEMU becomes once it has opened what it needs, if the agent is root
 * @param overheadBytes what QEMU itself may use beside a machine's memory
 * @param pids most threads of one machine's QEMU
 * @param logBytes size at which a console's output goes on in a new file; two are kept
 */
public record Settings(
        Path directory,
        Path images,
        String cgroup,
        String publishAddress,
        String accelerator,
        int user,
        long overheadBytes,
        long pids,
        long logBytes) {}
