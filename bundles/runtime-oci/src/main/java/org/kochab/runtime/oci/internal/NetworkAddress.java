package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The address that a network has, as the kernel tells of any process in it: podman takes a fifth of a second of a core to say it. */
final class NetworkAddress {
    /** An address of its own is a leaf of the trie that routes are kept in. */
    private static final Pattern OWN = Pattern.compile("\\|-- ([0-9.]+)\\s+/32 host LOCAL");

    private NetworkAddress() {}

    /** @return empty if the process has ended, or if there is no address but the loopback's, or more than one */
    static Optional<String> of(ProcessHandle process) {
        try {
            return of(Files.readString(Path.of("/proc", Long.toString(process.pid()), "net/fib_trie")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param trie IPv4 routes as in {@code /proc/net/fib_trie} */
    static Optional<String> of(String trie) {
        List<String> addresses = OWN.matcher(trie)
                .results()
                .map((MatchResult own) -> own.group(1))
                .filter(address -> !address.startsWith("127."))
                .distinct()
                .toList();
        return addresses.size() == 1 ? Optional.of(addresses.get(0)) : Optional.empty();
    }
}
