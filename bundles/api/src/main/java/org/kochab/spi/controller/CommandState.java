package org.kochab.spi.controller;

/** What has become of a command to a node. */
public sealed interface CommandState {
    /**
     * There is no answer yet.
     *
     * @param message one sentence on why, if the last try failed; else empty
     */
    record UnderWay(String message) implements CommandState {}

    /**
     * The node has answered.
     *
     * @param output its first 4 KiB
     */
    record Ended(int exitCode, String output) implements CommandState {}
}
