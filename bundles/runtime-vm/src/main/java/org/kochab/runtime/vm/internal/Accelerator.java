package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs the guests' code: the processor itself, through KVM, or QEMU, which is much slower. A device that opens is no proof of KVM: it
 * counts only once a machine has really booted with it. That is tried once in each boot of the node.
 */
final class Accelerator {
    static final String KVM = "kvm";
    static final String TCG = "tcg";
    static final String AUTO = "auto";

    private static final Logger LOG = LoggerFactory.getLogger(Accelerator.class);
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final String wanted;
    private final Path device;
    private final Path known;
    private final Predicate<String> boots;

    /**
     * @param wanted {@code kvm}, {@code tcg} or {@code auto}
     * @param device of KVM
     * @param known file that keeps the result of the trial
     * @param boots whether a machine boots with the accelerator it is given
     */
    Accelerator(String wanted, Path device, Path known, Predicate<String> boots) {
        this.wanted = wanted;
        this.device = device;
        this.known = known;
        this.boots = boots;
    }

    /** Blocks for the time of one trial if it has not been made yet. */
    synchronized String choose() throws IOException {
        if (!wanted.equals(AUTO)) {
            return wanted;
        }
        String boot = Files.readString(BOOT).strip();
        for (String accelerator : new String[] {KVM, TCG}) {
            if (Files.exists(known) && Files.readString(known).equals(boot + " " + accelerator)) {
                return accelerator;
            }
        }
        boolean fast = Files.isReadable(device) && Files.isWritable(device) && boots.test(KVM);
        if (!fast) {
            LOG.warn("No machine boots with KVM here: guests run emulated, and much slower");
        }
        String chosen = fast ? KVM : TCG;
        Files.writeString(known, boot + " " + chosen);
        return chosen;
    }
}
