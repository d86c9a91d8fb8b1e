package org.kochab.runtime.vm.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A guest of one disk sector, in real mode: enough to see that machines boot here, and needs no file of the node. */
class BootSector {
    /** The least that a BIOS takes for a disk. */
    private static final int DISK_BYTES = 1 << 20;

    private static final int SECTOR = 512;
    private static final int SERIAL = 0x3f8;
    /** The power management registers where QEMU's chipsets have them. */
    private static final int POWER_CONTROL = 0x604;

    private static final int SLEEP_NOW = 0x2000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    BootSector() {
        // cli; cld
        code(0xfa, 0xfc);
    }

    /** Appends machine code. */
    final BootSector code(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    final int size() {
        return out.size();
    }

    /** Writes to the serial console. */
    final BootSector say(String text) {
        // mov dx, SERIAL
        code(0xba, SERIAL & 0xff, SERIAL >> 8);
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            // mov al, b; out dx, al
            code(0xb0, b, 0xee);
        }
        return this;
    }

    final BootSector powerOff() {
        return word(POWER_CONTROL, SLEEP_NOW).forEver();
    }

    /** Writes a word to a port. */
    final BootSector word(int port, int value) {
        // mov dx, port; mov ax, value; out dx, ax
        return code(0xba, port & 0xff, port >> 8, 0xb8, value & 0xff, value >> 8, 0xef);
    }

    /** Does nothing more. */
    final BootSector forEver() {
        // hlt; jmp to it
        return code(0xf4, 0xeb, 0xfd);
    }

    /** A disk that begins with it. */
    final byte[] disk() {
        if (out.size() > SECTOR - 2) {
            throw new IllegalStateException("the code has " + out.size() + " bytes, which is more than a sector");
        }
        byte[] disk = java.util.Arrays.copyOf(out.toByteArray(), DISK_BYTES);
        disk[SECTOR - 2] = 0x55;
        disk[SECTOR - 1] = (byte) 0xaa;
        return disk;
    }
}
