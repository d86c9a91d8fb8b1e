package org.kochab.runtime.vm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A machine image with Debian's kernel, which {@code ./kochab test} fetches, and a root in memory made of busybox. */
final class LinuxGuest {
    static final int PORT = 8080;

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final Path KERNEL = Path.of(System.getProperty("basedir", "."), "..", "..", "target", "test-kernel");
    /** In the order in which they need each other. */
    private static final List<String> MODULES = List.of(
            "button",
            "evdev",
            "virtio_ring",
            "virtio",
            "virtio_pci_legacy_dev",
            "virtio_pci_modern_dev",
            "virtio_pci",
            "failover",
            "net_failover",
            "virtio_net",
            "virtio_blk",
            "fat",
            "nls_cp437",
            "nls_ascii",
            "vfat");

    /** Says what it is and was given, serves one page, and waits for the power button. */
    private static final String INIT =
            """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            export PATH=/bin
            mount -t proc proc /proc
            mount -t sysfs sys /sys
            mount -t devtmpfs dev /dev
            for module in %s; do insmod /lib/$module.ko; done
            echo "processors $(nproc), megabytes $(free -m | awk '/Mem/{print $2}')"
            mount -t vfat -o ro /dev/vda1 /seed && cat /seed/user-data /seed/meta-data
            ip addr add 10.0.2.15/24 dev eth0
            ip link set eth0 up
            ip route add default via 10.0.2.2
            nc -w 2 10.0.2.2 %d </dev/null && echo "the node can be reached"
            httpd -p %d -h /www
            acpid -d -c /acpi 2>/dev/null &
            echo "the guest is up"
            wait
            """;

    private LinuxGuest() {}

    /** @return what is missing and how to get it; empty if nothing is */
    static String missing() {
        if (!Files.isExecutable(BUSYBOX)) {
            return "apt-get install busybox-static";
        }
        return Files.exists(KERNEL.resolve("kernel"))
                ? ""
                : "there is no kernel for guests: bundles/runtime-vm/src/test/fetch-kernel target/test-kernel";
    }

    /** @param nodePort of the node's loopback, which the guest tries to reach */
    static void make(Path image, int nodePort) throws IOException, InterruptedException {
        Path root = image.resolve("root");
        for (String directory : List.of("bin", "lib", "proc", "sys", "dev", "seed", "www", "acpi/PWRF")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.copy(BUSYBOX, root.resolve("bin/busybox"), StandardCopyOption.REPLACE_EXISTING);
        for (String module : MODULES) {
            Files.copy(
                    KERNEL.resolve(module + ".ko"),
                    root.resolve("lib/" + module + ".ko"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        script(root.resolve("init"), INIT.formatted(String.join(" ", MODULES), nodePort, PORT));
        script(
                root.resolve("acpi/PWRF/00000080"),
                "#!/bin/sh\necho 'the guest says goodbye' > /dev/console\npoweroff -f\n");
        Files.writeString(root.resolve("www/index.html"), "pong\n");
        Files.copy(KERNEL.resolve("kernel"), image.resolve("kernel"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(image.resolve("cmdline"), "console=ttyS0 quiet\n");
        Process cpio = new ProcessBuilder(
                        "sh", "-c", "find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 > ../initrd")
                .directory(root.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(cpio.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(cpio.exitValue()).isZero();
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
