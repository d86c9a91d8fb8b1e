package org.kochab.runtime.vm.internal;

/**
 * A guest that says {@code boot}, and then, ten times a second, what a counter in its memory is at: {@link #FIRST} to {@link #LAST} and again. Its first sector it also keeps a count
 * in, which it raises at each boot and says after {@code boot}: {@code A}, {@code B} and so on.
 */
final class CountingGuest extends BootSector {
    static final char FIRST = '0';
    static final char LAST = 'z';

    private static final int BASE = 0x7c00;
    private static final int COUNTER = 0x7e00;
    private static final int BOOTS = 480;

    static byte[] image() {
        CountingGuest guest = new CountingGuest();
        guest.boot();
        guest.count();
        byte[] disk = guest.disk();
        disk[BOOTS] = 'A' - 1;
        return disk;
    }

    /** Counts the boot on the disk. */
    private void boot() {
        // xor ax, ax; mov ds, ax; mov es, ax; mov byte [COUNTER], FIRST
        code(0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0xc6, 0x06, COUNTER & 0xff, COUNTER >> 8, FIRST);
        // inc byte [BOOTS]
        code(0xfe, 0x06, (BASE + BOOTS) & 0xff, (BASE + BOOTS) >> 8);
        // sti; mov bx, 0x7c00; mov cx, 1; mov dx, 0x80; mov ax, 0x301; int 0x13: writes the sector
        code(0xfb, 0xbb, 0x00, 0x7c, 0xb9, 0x01, 0x00, 0xba, 0x80, 0x00, 0xb8, 0x01, 0x03, 0xcd, 0x13);
        say("boot ");
        // mov al, [BOOTS]; out dx, al
        code(0xa0, (BASE + BOOTS) & 0xff, (BASE + BOOTS) >> 8, 0xee);
        say("\n");
    }

    private void count() {
        int begin = size();
        // mov dx, SERIAL; mov al, [COUNTER]; out dx, al; inc byte [COUNTER]
        code(0xba, 0xf8, 0x03, 0xa0, COUNTER & 0xff, COUNTER >> 8, 0xee, 0xfe, 0x06, COUNTER & 0xff, COUNTER >> 8);
        // cmp byte [COUNTER], LAST + 1; jne over; mov byte [COUNTER], FIRST
        code(
                0x80,
                0x3e,
                COUNTER & 0xff,
                COUNTER >> 8,
                LAST + 1,
                0x75,
                0x05,
                0xc6,
                0x06,
                COUNTER & 0xff,
                COUNTER >> 8,
                FIRST);
        say("\n");
        // mov ah, 0x86; mov cx, 1; mov dx, 0x86a0; int 0x15: the BIOS waits 100 ms; jmp to the beginning
        code(0xb4, 0x86, 0xb9, 0x01, 0x00, 0xba, 0xa0, 0x86, 0xcd, 0x15);
        code(0xeb, begin - (size() + 2) & 0xff);
    }
}
