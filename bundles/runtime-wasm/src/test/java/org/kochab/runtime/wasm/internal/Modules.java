package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.wabt.Wat2Wasm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.kochab.api.model.Container;

/** Modules made of text, for tests. */
final class Modules {
    private static final Map<String, byte[]> MADE = new ConcurrentHashMap<>();

    private Modules() {}

    static byte[] bytes(String text) {
        return MADE.computeIfAbsent(text, Wat2Wasm::parse);
    }

    /** A command with memory and what most of them need; {@code body} is that of its start. */
    static byte[] command(String body) {
        return bytes(command(1, body));
    }

    static String command(int pages, String body) {
        return resource("command.wat").replace("PAGES", Integer.toString(pages)).replace("BODY", body);
    }

    static String resource(String name) {
        try (InputStream in = java.util.Objects.requireNonNull(Modules.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path file, byte[] module) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "module", ".new");
            Files.write(fresh, module);
            return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Container container(String image, List<String> args) {
        return Container.builder().name("main").image(image).args(args).build();
    }
}
