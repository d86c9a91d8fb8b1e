package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Images as OCI layouts in a directory, made of busybox alone: a web server on port 80 that ends when it is asked to. */
final class ImageDirectory implements AutoCloseable {
    /** Where podman keeps what it needs to build. A short path: podman wants one. */
    private final Path work = Files.createTempDirectory("kit");

    private final Path images;

    /** @param images the directory that an agent loads from */
    ImageDirectory(Path images) throws IOException {
        this.images = Files.createDirectories(images);
    }

    /** @param content of its index page */
    void add(String name, String content) throws IOException, InterruptedException {
        Path context = Files.createDirectories(work.resolve("context"));
        if (!Files.exists(context.resolve("root"))) {
            applets(Files.createDirectories(context.resolve("root/bin")));
            Files.createDirectories(context.resolve("root/tmp"));
        }
        Files.writeString(Files.createDirectories(context.resolve("root/www")).resolve("index.html"), content + "\n");
        Files.writeString(
                context.resolve("Containerfile"),
                """
                FROM scratch
                COPY root /
                ENV PATH=/bin
                CMD ["sh", "-c", "trap 'exit 0' TERM; echo serving %s; httpd -f -p 80 -h /www & wait"]
                """
                        .formatted(content));
        podman("build", "--quiet", "--network", "none", "--tag", name, context.toString());
        String layout = name.replaceAll("[^a-z0-9.]", "-");
        podman("push", "--quiet", name, "oci:" + images.resolve(layout) + ":" + name);
    }

    /** A command for each thing that busybox can be. */
    private void applets(Path bin) throws IOException, InterruptedException {
        Path busybox = Path.of("/bin/busybox");
        assertThat(busybox).as("./kochab test installs busybox-static").isExecutable();
        Files.copy(busybox, bin.resolve("busybox"));
        Process list = new ProcessBuilder(busybox.toString(), "--list").start();
        for (String applet : new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            if (!applet.equals("busybox")) {
                Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
            }
        }
        assertThat(list.waitFor()).isZero();
    }

    private void podman(String... words) throws IOException, InterruptedException {
        List<String> call = new ArrayList<>(List.of(
                "podman",
                "--root",
                work.resolve("root").toString(),
                "--runroot",
                work.resolve("run").toString(),
                "--tmpdir",
                work.resolve("tmp").toString(),
                "--runtime",
                "runc",
                "--cgroup-manager",
                "cgroupfs",
                "--events-backend",
                "file"));
        call.addAll(List.of(words));
        Path output = work.resolve("output.txt");
        Process process = new ProcessBuilder(call)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(words[0]).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(work)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
