package org.kochab.chaos.cluster;

import java.io.IOException;
import java.util.List;

/** A network namespace for each member and a switch between them, in which packets can be made to disappear. */
final class Network {
    private static final String SUBNET = "10.213.7.";

    private final String prefix;
    private final int members;
    private int made;

    /** @param name at most eight letters or digits, no other network's on this machine */
    Network(String name, int members) throws IOException, InterruptedException {
        this.prefix = name;
        this.members = members;
        Shell.run("ip", "netns", "add", hub());
        in(hub(), "ip", "link", "add", "switch", "type", "bridge");
        in(hub(), "ip", "link", "set", "switch", "up");
        for (int i = 0; i < members; i++) {
            made = i + 1;
            Shell.run("ip", "netns", "add", namespace(i));
            Shell.run(
                    "ip",
                    "link",
                    "add",
                    prefix + "p" + i,
                    "netns",
                    hub(),
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "net0",
                    "netns",
                    namespace(i));
            in(hub(), "ip", "link", "set", prefix + "p" + i, "master", "switch", "up");
            in(namespace(i), "ip", "link", "set", "lo", "up");
            in(namespace(i), "ip", "address", "add", address(i) + "/24", "dev", "net0");
            in(namespace(i), "ip", "link", "set", "net0", "up");
        }
    }

    private String hub() {
        return prefix + "hub";
    }

    private String namespace(int member) {
        return prefix + "m" + member;
    }

    /** What a command begins with that is to run in a member's namespace. */
    List<String> inside(int member) {
        return List.of("ip", "netns", "exec", namespace(member));
    }

    static String address(int member) {
        return SUBNET + (member + 1);
    }

    /** Nothing that {@code from} sends reaches {@code to} any more. */
    void cut(int from, int to) throws IOException, InterruptedException {
        in(namespace(to), "iptables", "-w", "-A", "INPUT", "-s", address(from), "-j", "DROP");
    }

    /** A part of what {@code from} sends does not reach {@code to}. */
    void lose(int from, int to, double part) throws IOException, InterruptedException {
        in(
                namespace(to),
                "iptables",
                "-w",
                "-A",
                "INPUT",
                "-s",
                address(from),
                "-m",
                "statistic",
                "--mode",
                "random",
                "--probability",
                "" + part,
                "-j",
                "DROP");
    }

    /** Everything reaches everybody. */
    void heal() throws IOException, InterruptedException {
        for (int i = 0; i < members; i++) {
            in(namespace(i), "iptables", "-w", "-F", "INPUT");
        }
    }

    private static void in(String namespace, String... command) throws IOException, InterruptedException {
        String[] whole = new String[command.length + 4];
        whole[0] = "ip";
        whole[1] = "netns";
        whole[2] = "exec";
        whole[3] = namespace;
        System.arraycopy(command, 0, whole, 4, command.length);
        Shell.run(whole);
    }

    void close() throws IOException, InterruptedException {
        for (int i = 0; i < made; i++) {
            Shell.run("ip", "netns", "delete", namespace(i));
        }
        Shell.run("ip", "netns", "delete", hub());
    }
}
