package com.example.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Event;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.event.SinkRecord;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Appends each event as one line of JSON to the file that the configuration {@code com.example.events} names. */
@Component(service = EventSink.class, configurationPid = "com.example.events")
public final class JsonLines implements EventSink {
    /** Its configuration. */
    public @interface Config {
        /** Is made if it is not there; {@code events.jsonl} in Karaf's {@code data} if empty. */
        String file() default "";
    }

    private final Path file;
    private final Function<Event, byte[]> json;

    @Activate
    public JsonLines(Config config, @Reference Codec codec) {
        this(config.file().isEmpty() ? byDefault() : Path.of(config.file()), codec::encode);
    }

    private static Path byDefault() {
        return Path.of(System.getProperty("karaf.data", ""), "events.jsonl");
    }

    JsonLines(Path file, Function<Event, byte[]> json) {
        this.file = file;
        this.json = json;
    }

    @Override
    public String name() {
        return "example.com/json-lines";
    }

    @Override
    public void take(List<SinkRecord> batch) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (SinkRecord record : batch) {
            if (record instanceof SinkRecord.Occurred occurred) {
                lines.write(json.apply(occurred.event()));
            } else if (record instanceof SinkRecord.Lost lost) {
                lines.write(("{\"lost\":" + lost.records() + "}").getBytes(StandardCharsets.UTF_8));
            }
            lines.write('\n');
        }
        // All at once: what fails comes again as a whole.
        Files.write(file, lines.toByteArray(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
