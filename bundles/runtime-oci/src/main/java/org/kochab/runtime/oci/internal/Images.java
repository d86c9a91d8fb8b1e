package org.kochab.runtime.oci.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Images: pulled, loaded from a directory, or there already. */
final class Images {
    private static final Logger LOG = LoggerFactory.getLogger(Images.class);
    private static final Duration PULL = Duration.ofMinutes(9);
    private static final Duration SHORT = Duration.ofSeconds(20);
    private static final Pattern REFERENCE =
            Pattern.compile("\"org\\.opencontainers\\.image\\.ref\\.name\"\\s*:\\s*\"([^\"]{1,255})\"");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}");
    private static final Pattern SIZE = Pattern.compile("([0-9.]+)\\s*([kMGT]?)B");

    private static final int MOST_KNOWN = 10_000;
    private static final String LAYOUT = "kochab-layout";

    private final Podman podman;
    private final Path preloads;
    private final Path loaded;

    /** Those that were there when they were last asked for: who runs a container of one that is gone says so. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Images(Podman podman, Path preloads) {
        this.podman = podman;
        this.preloads = preloads;
        loaded = podman.directory().resolve("loaded");
    }

    boolean has(String image) {
        if (known.contains(image)) {
            return true;
        }
        boolean has = podman.call(SHORT, "image", "exists", image).ok();
        if (has && known.size() < MOST_KNOWN) {
            known.add(image);
        }
        return has;
    }

    /** It is not there any more. */
    void forget(String image) {
        known.remove(image);
    }

    /** @throws RuntimeFailure if the image cannot be had */
    void get(Container container) {
        String image = container.image();
        if (image == null || !NAME.matcher(image).matches()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "image '" + image + "' is not valid: write, for example, nginx:1.27");
        }
        String policy = policy(container.imagePullPolicy(), image);
        if (!policy.equals("Always") && has(image)) {
            return;
        }
        if (preload() && !policy.equals("Always") && has(image)) {
            return;
        }
        if (policy.equals("Never")) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.IMAGE, "image " + image + " is not on this node, and imagePullPolicy is Never");
        }
        List<String> words = new ArrayList<>(List.of("pull", "--quiet"));
        if (image.matches("(localhost|127\\.0\\.0\\.1)(:[0-9]+)?/.*")) {
            // A registry on this machine's own loopback has no certificate to show.
            words.add("--tls-verify=false");
        }
        words.add(image);
        Podman.Result result = podman.call(PULL, new TreeMap<>(), words);
        if (!result.ok()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.IMAGE,
                    "image " + image + " cannot be pulled: " + result.reason() + "; it can also be put into "
                            + preloads);
        }
    }

    private static String policy(@Nullable String policy, String image) {
        if (policy != null && !policy.isEmpty()) {
            return policy;
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        boolean floating = !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
        return floating ? "Always" : "IfNotPresent";
    }

    /** Loads what is new in the directory of images. @return whether anything was */
    synchronized boolean preload() {
        boolean any = false;
        if (!Files.isDirectory(preloads)) {
            return false;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(preloads)) {
            Files.createDirectories(loaded);
            for (Path source : all) {
                Path mark = loaded.resolve(source.getFileName());
                Path dated = Files.isDirectory(source) ? source.resolve("index.json") : source;
                if (!Files.exists(dated)) {
                    continue;
                }
                String version = Files.getLastModifiedTime(dated).toString();
                if (Files.exists(mark) && Files.readString(mark).equals(version)) {
                    continue;
                }
                if (Files.isDirectory(source) ? layout(source) : archive(source)) {
                    Files.writeString(mark, version);
                    any = true;
                }
            }
        } catch (IOException e) {
            LOG.warn("Images in {} cannot be read", preloads, e);
        }
        return any;
    }

    private boolean archive(Path file) {
        Podman.Result result = podman.call(PULL, "load", "--quiet", "--input", file.toString());
        if (!result.ok()) {
            LOG.warn("Image {} cannot be loaded: {}", file, result.reason());
        }
        return result.ok();
    }

    /** An OCI layout: each reference in it, by its own name if that is a whole one, else as a tag of the directory's name. */
    private boolean layout(Path directory) throws IOException {
        Matcher reference = REFERENCE.matcher(Files.readString(directory.resolve("index.json")));
        boolean any = false;
        // podman makes the path that it is given the name of an image, in which it allows no capitals.
        Path link = podman.directory().resolve(LAYOUT);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, directory.toAbsolutePath());
        while (reference.find()) {
            String name = reference.group(1);
            String whole = name.contains("/") || name.contains(":")
                    ? name
                    : "localhost/" + directory.getFileName().toString().toLowerCase(Locale.ROOT) + ":" + name;
            Podman.Result pulled = podman.call(PULL, "pull", "--quiet", "oci:" + LAYOUT + ":" + name);
            if (!pulled.ok()) {
                LOG.warn("Image {} in {} cannot be loaded: {}", name, directory, pulled.reason());
                continue;
            }
            String id = pulled.out().strip();
            any |= podman.call(SHORT, "tag", id, whole).ok();
            podman.call(SHORT, "untag", id, "localhost/" + LAYOUT);
        }
        return any;
    }

    /** Whether the image says that its containers run as root. */
    boolean runsAsRoot(String image) {
        String user = podman.call(SHORT, "image", "inspect", "--format", "{{.Config.User}}", image)
                .out()
                .strip();
        return user.isEmpty()
                || user.equals("root")
                || user.equals("0")
                || user.startsWith("0:")
                || user.startsWith("root:");
    }

    List<RuntimeImage> list() {
        Podman.Result result = podman.call(
                Duration.ofSeconds(10),
                "images",
                "--no-trunc",
                "--format",
                "{{.ID}}\t{{.Repository}}:{{.Tag}}\t{{.Size}}");
        Map<String, List<String>> names = new TreeMap<>();
        Map<String, Long> sizes = new TreeMap<>();
        for (String line : result.out().split("\n")) {
            String[] f = line.split("\t");
            if (f.length == 3 && !f[1].contains("<none>")) {
                names.computeIfAbsent(f[0], id -> new ArrayList<>()).add(f[1]);
                sizes.put(f[0], bytes(f[2]));
            }
        }
        return names.entrySet().stream()
                .map(e -> new RuntimeImage(e.getValue(), sizes.get(e.getKey())))
                .toList();
    }

    static long bytes(String size) {
        Matcher m = SIZE.matcher(size);
        if (!m.matches()) {
            return 0;
        }
        return Math.round(Double.parseDouble(m.group(1))
                * Math.pow(1000, " kMGT".indexOf(m.group(2).isEmpty() ? " " : m.group(2))));
    }
}
