package org.kochab.store.ignite.internal.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Member a of three, which looks every two seconds of a clock of its own. */
class NeighboursTest {
    private static final int PORT = 23_160;

    @TempDir
    Path directory;

    private final List<ServerSocket> open = new ArrayList<>();
    private long seconds;

    @AfterEach
    void close() throws IOException {
        for (ServerSocket socket : open) {
            socket.close();
        }
    }

    @Test
    void whoAnswersForAWhileHasToBeJoined() throws Exception {
        Neighbours neighbours = neighbours();
        listen(0);
        listen(1);
        assertThat(neighbours.hearsMoreThan(1)).isFalse();
        seconds = 2;
        assertThat(neighbours.hearsMoreThan(1)).isFalse();
        seconds = 6;
        assertThat(neighbours.hearsMoreThan(1)).isTrue();
    }

    @Test
    void nobodyGivesWayToOneWhoHasGone() throws Exception {
        Neighbours neighbours = neighbours();
        listen(0);
        ServerSocket other = listen(1);
        neighbours.hearsMoreThan(1);
        seconds = 2;
        neighbours.hearsMoreThan(1);
        other.close();
        seconds = 6;
        assertThat(neighbours.hearsMoreThan(1)).isFalse();
        listen(1);
        seconds = 8;
        assertThat(neighbours.hearsMoreThan(1))
                .as("who is not let in comes and goes, and is heard all the same")
                .isTrue();
    }

    @Test
    void whoIsAboutToStopIsNotTakenForOneWhoStays() throws Exception {
        Neighbours neighbours = neighbours();
        ServerSocket other = listen(1);
        assertThat(neighbours.anotherStays()).isFalse();
        seconds = 3;
        assertThat(neighbours.anotherStays()).isFalse();
        other.close();
        seconds = 5;
        assertThat(neighbours.anotherStays()).isFalse();
        listen(1);
        seconds = 7;
        assertThat(neighbours.anotherStays()).isFalse();
        seconds = 12;
        assertThat(neighbours.anotherStays()).isTrue();
    }

    private Neighbours neighbours() {
        return new Neighbours(TestSettings.member(directory, PORT, 0, 3), () -> TimeUnit.SECONDS.toNanos(seconds));
    }

    private ServerSocket listen(int member) throws IOException {
        ServerSocket socket = new ServerSocket();
        open.add(socket);
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress("127.0.0.1", PORT + 2 * member));
        return socket;
    }
}
