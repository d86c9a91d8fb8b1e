package org.kochab.runtime.vm.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A guest that does what a small shell script says: {@code echo}, {@code sleep}, {@code write} (a sector), {@code exit}, {@code trap '…' TERM} for the power button, and
 * {@code while} for ever. It knows of the code to exit with only whether it is 0: it then powers off, else it panics.
 */
final class ScriptGuest extends BootSector {
    private static final Pattern TRAP = Pattern.compile("trap '([^']*)' TERM; ");
    private static final int POWER_STATUS = 0x600;
    private static final int POWER_ENABLE = 0x602;
    private static final int BUTTON = 0x100;
    private static final int PANIC = 0x505;
    private static final int PANICKED = 1;
    private static final double LONG_SECONDS = 60;

    private final String onButton;
    private boolean over;

    private ScriptGuest(String onButton) {
        this.onButton = onButton;
    }

    static byte[] disk(String script) {
        Matcher trap = TRAP.matcher(script);
        boolean traps = trap.lookingAt();
        ScriptGuest guest = new ScriptGuest(traps ? trap.group(1) : "");
        guest.run(traps ? script.substring(trap.end()) : script);
        if (!guest.over) {
            guest.powerOff();
        }
        return guest.disk();
    }

    private void run(String script) {
        for (String command : script.split("; ")) {
            String[] words = command.split(" ", 2);
            switch (words[0]) {
                case "echo" -> say(words[1] + "\n");
                case "sleep" -> pause(Double.parseDouble(words[1]));
                case "exit" -> exit(Integer.parseInt(words[1]));
                case "while" -> repeat(script);
                case "write" -> write();
                case "true", "read" -> code(0x90);
                default -> throw new IllegalArgumentException("a guest cannot " + command);
            }
            if (over) {
                return;
            }
        }
    }

    private void exit(int code) {
        over = true;
        if (code == 0) {
            powerOff();
        } else {
            // mov dx, PANIC; mov al, PANICKED; out dx, al
            code(0xba, PANIC & 0xff, PANIC >> 8, 0xb0, PANICKED, 0xee).forEver();
        }
    }

    /** Writes the first sector to the second; hangs if it cannot. */
    private void write() {
        // sti; xor ax, ax; mov es, ax; mov bx, 0x7c00; mov cx, 2; mov dx, 0x80; mov ax, 0x301; int 0x13; jnc over the
        // rest
        code(0xfb, 0x31, 0xc0, 0x8e, 0xc0, 0xbb, 0x00, 0x7c, 0xb9, 0x02, 0x00, 0xba, 0x80, 0x00, 0xb8, 0x01, 0x03);
        code(0xcd, 0x13, 0x73, 0x03).forEver();
    }

    private void repeat(String script) {
        if (script.contains("do :;")) {
            over = true;
            // jmp to itself
            code(0xeb, 0xfe);
        } else {
            awaitButton();
        }
    }

    private void pause(double seconds) {
        if (seconds > LONG_SECONDS) {
            awaitButton();
            return;
        }
        int micros = (int) (seconds * 1_000_000);
        // sti; mov ah, 0x86; mov cx, high; mov dx, low; int 0x15: the BIOS waits
        code(0xfb, 0xb4, 0x86, 0xb9, micros >> 16 & 0xff, micros >> 24, 0xba, micros & 0xff, micros >> 8 & 0xff);
        code(0xcd, 0x15);
    }

    private void awaitButton() {
        over = true;
        if (onButton.isEmpty()) {
            forEver();
            return;
        }
        word(POWER_ENABLE, BUTTON);
        // sti; mov dx, POWER_STATUS; then until the button's bit is there: hlt; in ax, dx; test ah, 1; jz to hlt
        code(0xfb, 0xba, POWER_STATUS & 0xff, POWER_STATUS >> 8, 0xf4, 0xed, 0xf6, 0xc4, 0x01, 0x74, 0xf9);
        over = false;
        run(onButton);
    }
}
