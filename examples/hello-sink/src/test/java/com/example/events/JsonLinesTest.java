package com.example.events;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.spi.event.EventSink;
import org.kochab.testkit.event.EventSinkContractTest;

class JsonLinesTest extends EventSinkContractTest {
    private static final Pattern UID = Pattern.compile("^\\{\"uid\":\"(.*)\"}$", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private EventSink sink;

    @BeforeEach
    void open() {
        sink = new JsonLines(
                folder.resolve("events"),
                event -> ("{\"uid\":\"" + event.metadata().uid() + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected EventSink sink() {
        return sink;
    }

    @Override
    protected List<String> arrived() throws Exception {
        return UID.matcher(Files.readString(folder.resolve("events")))
                .results()
                .map((MatchResult r) -> r.group(1))
                .toList();
    }
}
