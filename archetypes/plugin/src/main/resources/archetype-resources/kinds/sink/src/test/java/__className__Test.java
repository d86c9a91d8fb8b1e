package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.event.SinkRecord;
import org.kochab.testkit.event.EventSinkContractTest;

class ${className}Test extends EventSinkContractTest {
    @TempDir
    Path directory;

    private ${className} sink;

    @BeforeEach
    void open() {
        sink = new ${className}(file());
    }

    private Path file() {
        return directory.resolve("events.tsv");
    }

    @Override
    protected EventSink sink() {
        return sink;
    }

    @Override
    protected List<String> arrived() throws IOException {
        return Files.readAllLines(file()).stream()
                .map(line -> line.split("\t")[0])
                .filter(first -> !first.equals("lost"))
                .toList();
    }

    @Test
    void anEventIsALine() throws Exception {
        sink.take(List.of(event("a", 2), new SinkRecord.Lost(7)));

        assertThat(file())
                .hasContent("a\t2\tacme\tdefault\tPod/web\tStarted\tStarted container main: \"quoted\", over two lines\n"
                        + "lost\t7\n");
    }
}
