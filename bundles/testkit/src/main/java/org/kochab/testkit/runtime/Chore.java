package org.kochab.testkit.runtime;

/** What the contract's tasks do: as a shell script, and as what it means for drivers whose tasks are no shells. */
public enum Chore {
    /** Ends with 0. */
    NOTHING("exit 0"),

    /** Ends with 42. */
    EXIT_42("exit 42"),

    /** Ends as something that crashed: see {@link Abilities#crashCode}. */
    CRASH("sh -c 'kill -9 $$'; exit $?"),

    /** Says the variable GREETING, then {@code two} on the error stream, then {@code three}; a line each. */
    SPEAK("echo \"$GREETING\"; echo two >&2; echo three"),

    /** Says {@code one}. */
    ONE("echo one"),

    /** Says {@code two}. */
    TWO("echo two"),

    /** Says {@code first}, waits a second without input, says {@code last}. */
    FIRST_AND_LAST("echo first; read line < /dev/null; sleep 1; echo last"),

    /** Says {@code here}, and stays. */
    STAY("echo here; sleep 1000"),

    /** Says {@code ready}; asked to end, says {@code bye} and ends with 3. */
    HEED("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.1; done"),

    /** Says {@code ready}, and does not end, even asked to. */
    IGNORE("trap '' TERM; echo ready; while :; do sleep 0.1; done"),

    /** Takes memory without end; if it is told that there is no more, ends with 9. */
    DEVOUR("x=0123456789abcdef; while :; do x=$x$x; done"),

    /** Says {@code go}, and computes without end. */
    COMPUTE("echo go; while :; do :; done"),

    /** Ends with 9 after a second. */
    EXIT_LATE("sleep 1; exit 9");

    private final String script;

    Chore(String script) {
        this.script = script;
    }

    public String script() {
        return script;
    }
}
