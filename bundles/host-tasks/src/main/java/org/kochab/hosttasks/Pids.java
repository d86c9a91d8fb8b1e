package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the wrapper wrote of its processes. */
record Pids(String bootId, int wrapper, long wrapperTicks, int main, long mainTicks, int keeper) {
    static Optional<Pids> read(Path file) {
        try {
            String line = Files.readString(file);
            if (!line.endsWith("\n")) {
                return Optional.empty();
            }
            String[] f = line.strip().split(" ");
            return Optional.of(new Pids(
                    f[0],
                    Integer.parseInt(f[1]),
                    Long.parseLong(f[2]),
                    Integer.parseInt(f[3]),
                    Long.parseLong(f[4]),
                    Integer.parseInt(f[5])));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    boolean wrapperAlive() {
        return alive(wrapper, wrapperTicks);
    }

    boolean mainAlive() {
        return alive(main, mainTicks);
    }

    private boolean alive(int pid, long ticks) {
        return bootId.equals(Proc.bootId())
                && Proc.stat(pid)
                        .filter(s -> s.alive() && s.startTicks() == ticks)
                        .isPresent();
    }

    /** The task's own processes, without the wrapper and what keeps its output. */
    List<Proc.Stat> session() {
        List<Proc.Stat> own = new ArrayList<>();
        if (bootId.equals(Proc.bootId())) {
            for (Proc.Stat s : Proc.all()) {
                boolean keeps = s.pid() == wrapper || s.pid() == keeper || s.parent() == keeper;
                if (s.session() == wrapper && s.alive() && !keeps) {
                    own.add(s);
                }
            }
        }
        return own;
    }
}
