package org.kochab.chaos.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Follows the logs of all clients while they are written. */
final class Logs {
    private static final int PIECE = 1 << 20;

    private final Path directory;
    private final List<String> members;
    private final Map<String, PartitionHistory> partitions = new TreeMap<>();
    private final Map<Path, Long> read = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Set<Path> ended = new HashSet<>();

    Logs(Path directory, List<String> members, List<String> partitions) {
        this.directory = directory;
        this.members = members;
        partitions.forEach(p -> this.partitions.put(p, new PartitionHistory(p)));
    }

    /** Takes what was written since; a last line that is not whole yet waits. */
    void follow() throws IOException {
        for (String member : members) {
            for (Map.Entry<String, PartitionHistory> partition : partitions.entrySet()) {
                Path logs = directory.resolve(member).resolve(partition.getKey());
                for (int start = 0; Files.exists(file(logs, start)); start++) {
                    follow(member, partition.getValue(), file(logs, start));
                }
            }
        }
    }

    private static Path file(Path logs, int start) {
        return logs.resolve("log-0-" + start + ".txt");
    }

    private void follow(String member, PartitionHistory history, Path file) throws IOException {
        long from = read.getOrDefault(file, 0L);
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(PIECE);
            while (channel.read(bytes, from) > 0) {
                String text = new String(bytes.array(), 0, bytes.position(), UTF_8);
                int whole = text.lastIndexOf('\n') + 1;
                for (String line : text.substring(0, whole).split("\n")) {
                    if (line.startsWith("M ")) {
                        seen.put(member, Integer.parseInt(line.split(" ")[2]));
                    } else if (line.startsWith("Z ")) {
                        ended.add(file);
                    } else if (!line.isEmpty()) {
                        history.line(member, file.toString(), line);
                    }
                }
                from += text.substring(0, whole).getBytes(UTF_8).length;
                if (bytes.position() < PIECE) {
                    break;
                }
                bytes.clear();
            }
        }
        read.put(file, from);
    }

    /** The members that a member sees. */
    int seenBy(String member) {
        return seen.getOrDefault(member, 0);
    }

    /** Whether the clients of each member's last start have read everything once more. */
    boolean ended() {
        List<Path> last = new ArrayList<>();
        for (String member : members) {
            for (String partition : partitions.keySet()) {
                Path logs = directory.resolve(member).resolve(partition);
                int start = 0;
                while (Files.exists(file(logs, start + 1))) {
                    start++;
                }
                last.add(file(logs, start));
            }
        }
        return ended.containsAll(last);
    }

    List<PartitionHistory> histories() {
        return List.copyOf(partitions.values());
    }
}
