package org.kochab.runtime.vm.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Quantity;
import org.kochab.api.model.VirtualMachine;
import org.kochab.runtime.vm.internal.MachineImages.MachineImage;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/**
 * A machine as QEMU is to make it.
 *
 * @param seed directory that the guest sees as a disk for cloud-init; null for none
 * @param paused whether its processors are to stand still
 * @param forwards ports of the node that lead to ports of the guest, in QEMU's words
 */
record Machine(
        MachineImage image,
        long memoryBytes,
        int processors,
        boolean paused,
        List<String> forwards,
        @Nullable Path seed) {
    static final String PROGRAM = "qemu-system-x86_64";
    /** The name by which QEMU's monitor knows the disk. */
    static final String DISK = "disk";

    private static final long MEBIBYTE = 1 << 20;
    private static final int MOST_PROCESSORS = 255;
    private static final Pattern ADDRESS = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");

    Machine {
        forwards = List.copyOf(forwards);
    }

    /** @throws RuntimeFailure for what a machine cannot be given */
    static Machine of(TaskSpec task, MachineImage image, String publishAddress, @Nullable Path seed) {
        Size size = size(task);
        if (task.hostNetwork()) {
            throw invalid("hostNetwork is not for virtual machines: use hostPort");
        }
        if (!task.mounts().isEmpty()) {
            throw invalid("volumeMounts cannot be had in a virtual machine: remove them");
        }
        return new Machine(
                image,
                size.memoryBytes(),
                size.processors(),
                isPaused(task),
                forwards(task.container(), publishAddress),
                seed);
    }

    static boolean isPaused(TaskSpec task) {
        return task.virtualMachine() != null
                && VirtualMachine.PAUSED.equals(task.virtualMachine().power());
    }

    /** What a machine is made with and keeps. @param memoryBytes whole mebibytes */
    record Size(long memoryBytes, int processors) {}

    /** @throws RuntimeFailure for what a machine cannot be given */
    static Size size(TaskSpec task) {
        Long memory = task.memoryBytes() == null ? amount(task.container(), "memory", false) : task.memoryBytes();
        if (memory == null || memory < MEBIBYTE) {
            throw invalid("resources.requests.memory is missing or below 1Mi: it is the size of the machine's memory");
        }
        Long cpu = task.cpuMillis() == null ? amount(task.container(), "cpu", true) : task.cpuMillis();
        long processors = cpu == null ? 1 : Math.max(1, (cpu + 999) / 1000);
        if (processors > MOST_PROCESSORS) {
            throw invalid("resources.requests.cpu: a machine has at most " + MOST_PROCESSORS + " processors");
        }
        return new Size(memory / MEBIBYTE * MEBIBYTE, (int) processors);
    }

    private static @Nullable Long amount(Container container, String name, boolean milli) {
        String text = container.resources() == null
                ? null
                : container.resources().requests().get(name);
        if (text == null) {
            return null;
        }
        try {
            Quantity quantity = Quantity.parse(text);
            return milli ? quantity.milli() : quantity.units();
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "resources.requests." + name + ": " + e.getMessage(), e);
        }
    }

    private static List<String> forwards(Container container, String publishAddress) {
        List<String> forwards = new ArrayList<>();
        for (Container.Port port : container.ports()) {
            if (port.hostPort() == null) {
                continue;
            }
            String address = port.hostIP() == null || port.hostIP().isEmpty() ? publishAddress : port.hostIP();
            String protocol = port.protocol() == null ? "tcp" : port.protocol().toLowerCase(Locale.ROOT);
            if (!ADDRESS.matcher(address).matches()) {
                throw invalid("ports.hostIP '" + address + "' is not an IPv4 address, as a machine's port needs");
            }
            if (!List.of("tcp", "udp").contains(protocol)) {
                throw invalid("ports.protocol " + protocol + " cannot be had for a machine: use TCP or UDP");
            }
            forwards.add(protocol + ":" + address + ":" + port.hostPort() + "-:" + port.containerPort());
        }
        return forwards;
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(RuntimeFailure.Code.INVALID, message);
    }

    /**
     * QEMU's command line. Its standard output is the machine's serial console.
     *
     * @param memory file that snapshots keep the memory in
     * @param overlay file that what the guest writes to its disk is kept in
     * @param user what QEMU becomes once it has opened what it needs; 0 to remain what it is
     */
    List<String> words(String name, UUID uuid, Path monitor, Path memory, Path overlay, String accelerator, int user) {
        List<String> words = new ArrayList<>(List.of(PROGRAM, "-nodefaults", "-no-user-config", "-display", "none"));
        words.addAll(List.of("-name", name, "-uuid", uuid.toString(), "-machine", "q35"));
        // The translation buffer would else be as large as it may: of this size it fits into what is granted beside the
        // machine's memory.
        words.addAll(
                accelerator.equals("kvm")
                        ? List.of("-accel", "kvm", "-cpu", "host")
                        : List.of("-accel", "tcg,tb-size=64", "-cpu", "max"));
        words.addAll(List.of("-m", memoryBytes / MEBIBYTE + "M", "-smp", Integer.toString(processors)));
        words.addAll(List.of("-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"));
        words.addAll(List.of("-qmp", "unix:" + escaped(monitor) + ",server=on,wait=off"));
        words.addAll(List.of("-device", "pvpanic", "-action", "panic=exit-failure", "-device", "virtio-rng-pci"));
        // Denying to elevate would deny to become the user as well; setpriv has seen to it that nothing can be gained
        // any more.
        String elevate = user == 0 ? "elevateprivileges=deny," : "";
        words.addAll(List.of("-sandbox", "on,obsolete=deny," + elevate + "spawn=deny,resourcecontrol=deny"));
        if (user != 0) {
            words.addAll(List.of("-runas", user + ":" + user));
        }
        words.addAll(List.of("-boot", "strict=on"));
        if (paused) {
            words.add("-S");
        }
        boot(words, overlay);
        if (seed != null) {
            words.addAll(List.of(
                    "-drive",
                    "if=none,id=seed,driver=vvfat,label=CIDATA,read-only=on,dir=" + escaped(seed),
                    "-device",
                    "virtio-blk-pci,drive=seed,serial=cidata"));
        }
        words.addAll(List.of(
                "-blockdev",
                "driver=qcow2,node-name=" + Qcow2Files.MEMORY
                        + ",discard=unmap,file.driver=file,file.discard=unmap,file.filename=" + escaped(memory)));
        network(words);
        return words;
    }

    private void boot(List<String> words, Path overlay) {
        if (image.kernel() != null) {
            words.addAll(List.of("-kernel", image.kernel().toString(), "-append", image.commandLine()));
            if (image.initrd() != null) {
                words.addAll(List.of("-initrd", image.initrd().toString()));
            }
        }
        if (image.disk() != null) {
            // What the guest writes is kept beside the image and goes with the run: it need not be on the disk at once.
            words.addAll(List.of(
                    "-drive",
                    "if=none,id=" + DISK + ",cache=unsafe,format=qcow2,file=" + escaped(overlay),
                    "-device",
                    "virtio-blk-pci,drive=" + DISK + ",serial=disk,bootindex=0"));
        }
    }

    /** Guests reach nothing from within: the node's own loopback is else what they would reach first. */
    private void network(List<String> words) {
        StringBuilder net = new StringBuilder("user,id=net,restrict=on");
        forwards.forEach(f -> net.append(",hostfwd=").append(f));
        words.addAll(List.of("-netdev", net.toString(), "-device", "virtio-net-pci,netdev=net,romfile="));
    }

    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
