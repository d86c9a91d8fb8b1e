package org.kochab.store.ignite.internal.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How this member of the store runs.
 *
 * @param storeName the store's name as partitions' specs have it
 * @param memberName this member's name, the same at each start: its data belongs to it
 * @param directory where its data is; nothing else may be in there
 * @param localHost address of its own sockets; any but loopback needs an identity
 * @param discoveryPort where members find each other
 * @param communicationPort where members talk to each other
 * @param addresses {@code host:port} of the discovery ports of all members; empty for a single member
 * @param regionMegabytes memory outside the heap for pages, 64 or more; what does not fit is read from disk
 * @param fsync false trades acknowledged writes for speed when power is lost, and even at {@code kill -9}
 * @param commitThreads how many partitions can commit at the same time
 * @param commitQueue how many commits may wait for a thread before the next is refused
 * @param transactionMillis after this long a commit gives up
 * @param startSeconds how long joining and recovering may take
 * @param failureDetectionMillis a member that is silent for this long is taken for dead
 * @param identity by which members know each other; empty: they trust whoever reaches their ports
 */
public record Settings(
        String storeName,
        String memberName,
        Path directory,
        String localHost,
        int discoveryPort,
        int communicationPort,
        List<String> addresses,
        int regionMegabytes,
        boolean fsync,
        int commitThreads,
        int commitQueue,
        int transactionMillis,
        int startSeconds,
        int failureDetectionMillis,
        Optional<Identity> identity) {
    /**
     * A PKCS #12 key store with this member's key and certificate, and as trusted certificates the authorities of all members; the password
     * of it and of the key is the first line of a file.
     */
    public record Identity(Path keyStore, Path passwordFile) {}

    public Settings {
        addresses = List.copyOf(addresses);
        require(!storeName.isBlank(), "storeName is empty: give the name that partitions use");
        require(
                memberName.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"),
                "memberName '" + memberName + "': use at most 63 letters, digits, '-', '_' and '.'");
        require(
                identity.isPresent()
                        || localHost.equals("127.0.0.1")
                        || localHost.equals("::1")
                        || localHost.equals("localhost"),
                "localHost '" + localHost + "' is not loopback: name a keyStore and a keyStorePasswordFile, by which"
                        + " members know each other, or use 127.0.0.1");
        port("discoveryPort", discoveryPort);
        port("communicationPort", communicationPort);
        require(discoveryPort != communicationPort, "discoveryPort and communicationPort are both " + discoveryPort);
        range("regionMegabytes", regionMegabytes, 64, 1 << 20);
        range("commitThreads", commitThreads, 1, 64);
        range("commitQueue", commitQueue, 1, 100_000);
        range("transactionMillis", transactionMillis, 100, 20_000);
        range("startSeconds", startSeconds, 5, 600);
        range("failureDetectionMillis", failureDetectionMillis, 500, 60_000);
    }

    /** A member without others on two ports of loopback, from {@code port}, with fsync: for what runs without a configuration. */
    public static Settings alone(String memberName, Path directory, int port, int regionMegabytes) {
        return new Settings(
                "ignite",
                memberName,
                directory,
                "127.0.0.1",
                port,
                port + 1,
                List.of(),
                regionMegabytes,
                true,
                4,
                100,
                10_000,
                60,
                5_000,
                Optional.empty());
    }

    /** How many members there are to be. */
    public int members() {
        return Math.max(1, addresses.size());
    }

    /** How many of them are needed to write. */
    public int quorum() {
        return members() / 2 + 1;
    }

    private static void port(String field, int value) {
        range(field, value, 1, 65_535);
    }

    private static void range(String field, int value, int least, int most) {
        require(value >= least && value <= most, field + " is " + value + ": use " + least + " to " + most);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
