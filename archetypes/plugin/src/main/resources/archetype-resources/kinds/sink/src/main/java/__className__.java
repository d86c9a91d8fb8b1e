package ${package};

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.kochab.api.model.Event;
import org.kochab.spi.event.EventSink;
import org.kochab.spi.event.SinkRecord;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Appends a line for each event to a file: uid, how often it happened, tenant, namespace, object, reason, message; with tabs between them. */
@Component(service = EventSink.class, configurationPid = "${package}")
public final class ${className} implements EventSink {
    /** What {@code etc/${package}.cfg} may say. */
    public @interface Config {
        /** Where the lines go. */
        String file() default "data/${artifactId}.tsv";
    }

    private final Path file;

    @Activate
    public ${className}(Config config) {
        this(Path.of(config.file()));
    }

    ${className}(Path file) {
        this.file = file;
    }

    @Override
    public String name() {
        return "${vendor}/${artifactId}";
    }

    @Override
    public void take(List<SinkRecord> batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (SinkRecord each : batch) {
            if (each instanceof SinkRecord.Occurred occurred) {
                lines.append(line(occurred)).append('\n');
            } else if (each instanceof SinkRecord.Lost lost) {
                lines.append("lost\t").append(lost.records()).append('\n');
            }
        }
        // All at once: a batch that fails comes again as a whole.
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String line(SinkRecord.Occurred occurred) {
        Event event = occurred.event();
        Event.Involved object = event.involvedObject();
        return String.join(
                "\t",
                event.metadata().uid(),
                String.valueOf(event.count()),
                occurred.tenant().value(),
                String.valueOf(event.metadata().namespace()),
                object == null ? "" : object.kind() + "/" + object.name(),
                plain(event.reason()),
                plain(event.message()));
    }

    private static String plain(String text) {
        return text == null ? "" : text.replaceAll("\\s", " ");
    }
}
