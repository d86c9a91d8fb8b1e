package org.kochab.agent.internal.update;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kochab.agent.internal.node.DurableFile;
import org.kochab.api.link.Command;
import org.kochab.api.model.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of the agent on this node, below {@code versions/}. At any instant the power may go, and the launcher finds a version that is whole: one counts
 * only once all of it is on the disk. Safe for several threads.
 */
public final class Versions {
    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern JAR = Pattern.compile("(.+?)-[0-9].*\\.jar");
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_REASON = 400;
    /** In a version's directory: the digest of the archive it came from. Written last. */
    private static final String WHOLE = "ARCHIVE";

    private final Launcher launcher;
    private final Path directory;
    private final DurableFile file;
    private final String running;
    private VersionState state;

    /** Takes notice of what the launcher did since the last look. */
    public Versions(Launcher launcher) throws IOException {
        this.launcher = launcher;
        directory = launcher.base().resolve("versions");
        file = new DurableFile(directory.resolve("state"));
        state = file.read().map(VersionState::read).orElse(VersionState.NONE);
        Path home = launcher.home().toAbsolutePath().normalize();
        running = directory.toAbsolutePath().normalize().equals(home.getParent())
                ? home.getFileName().toString()
                : "";
        if (!state.candidate().isEmpty() && !isTrial()) {
            Optional<String> why = givenUp();
            if (why.isPresent()) {
                LOG.error("Version {} was tried and given up: {}", state.candidate(), why.get());
                rolledBack(why.get());
            }
        }
    }

    /** A disk that takes nothing keeps no node from working: the launcher's word is still there at the next start. */
    private void rolledBack(String why) {
        try {
            end(Node.AgentUpdate.ROLLED_BACK, state.update(), state.candidate(), why);
        } catch (IOException e) {
            LOG.error("What became of update {} cannot be written: {}", state.update(), e.getMessage());
            state = state.ended(outcome(Node.AgentUpdate.ROLLED_BACK, state.update(), state.candidate(), why));
        }
    }

    /** Whether the version that runs is still being tried. */
    public synchronized boolean isTrial() {
        return !state.candidate().isEmpty() && state.candidate().equals(running);
    }

    /** What became of the last update, or what is under way. */
    public synchronized Optional<Node.AgentUpdate> last() {
        return Optional.ofNullable(state.last());
    }

    /** The version that runs proves to be healthy: it is the current one from now on. */
    public synchronized void keep() throws IOException {
        if (!isTrial()) {
            return;
        }
        Node.AgentUpdate done =
                new Node.AgentUpdate(state.update(), launcher.version(), Node.AgentUpdate.SUCCEEDED, null);
        write(new VersionState(running, state.current(), "", "", done));
        LOG.info("Version {} is healthy and is kept", launcher.version());
    }

    /**
     * Gets a version, so that the next start tries it. Blocks, for minutes.
     *
     * @return whether the agent is to be started again; if not, it runs already
     * @throws UpdateException if it is not to be had; nothing has changed but what {@link #last} says
     */
    public boolean stage(Command.Update update) throws UpdateException {
        check(update);
        if (update.version().equals(launcher.version())) {
            return false;
        }
        try {
            Path place = directory.resolve(update.version());
            if (!update.sha256().equals(archiveOf(place))) {
                fetch(update, place);
            }
            synchronized (this) {
                Node.AgentUpdate trying =
                        new Node.AgentUpdate(update.id(), update.version(), Node.AgentUpdate.UPDATING, null);
                write(new VersionState(state.current(), state.former(), update.version(), update.id(), trying));
            }
            return true;
        } catch (UpdateException e) {
            refuse(update, e.getMessage());
            throw e;
        } catch (IOException e) {
            refuse(update, "the disk does not take it: " + e.getMessage());
            throw new UpdateException("the disk does not take it: " + e.getMessage(), e);
        }
    }

    /** What is wrong with an update, by its own words; empty if nothing is. Births repeat its id and version. */
    public static Optional<String> wrong(Command.Update update) {
        if (update.id() == null || update.version() == null || update.url() == null || update.sha256() == null) {
            return Optional.of("an update needs id, version, url and sha256");
        }
        if (!ID.matcher(update.id()).matches()) {
            return Optional.of("id is not valid: use at most 128 letters, digits, '.', '_' and '-'");
        }
        if (!NAME.matcher(update.version()).matches()) {
            return Optional.of("version is not valid: use at most 64 letters, digits, '.', '_', '+' and '-'");
        }
        if (update.url().length() > LONGEST_URL) {
            return Optional.of("url has more than " + LONGEST_URL + " characters");
        }
        if (!DIGEST.matcher(update.sha256()).matches()) {
            return Optional.of("sha256 is not valid: use 64 digits from 0 to 9 and a to f");
        }
        return Optional.empty();
    }

    private synchronized void check(Command.Update update) throws UpdateException {
        Optional<String> wrong = wrong(update);
        if (wrong.isPresent()) {
            throw new UpdateException(wrong.get());
        }
        if (isTrial()) {
            throw new UpdateException("version " + launcher.version() + " is itself being tried: wait for that");
        }
        Node.AgentUpdate last = state.last();
        if (last != null
                && last.id().equals(update.id())
                && List.of(Node.AgentUpdate.ROLLED_BACK, Node.AgentUpdate.REFUSED)
                        .contains(last.result())) {
            throw new UpdateException(String.valueOf(last.reason()));
        }
    }

    private void fetch(Command.Update update, Path place) throws UpdateException, IOException {
        if (update.version().equals(running)) {
            throw new UpdateException(
                    "version " + update.version() + " is there, from another archive: name this one differently");
        }
        Files.createDirectories(directory);
        prune();
        Path archive = directory.resolve(".archive");
        Path fresh = directory.resolve(".fresh");
        delete(fresh);
        try {
            LOG.info("Fetching version {} from {}", update.version(), update.url());
            Fetch.fetch(update.url(), update.sha256(), archive);
            Archive.unpack(archive, fresh);
            complete(update, fresh);
            delete(place);
            Files.move(fresh, place);
            DurableFile.syncDirectory(directory);
        } finally {
            Files.deleteIfExists(archive);
            delete(fresh);
        }
    }

    private void complete(Command.Update update, Path fresh) throws UpdateException, IOException {
        String said = firstLine(fresh.resolve("VERSION")).orElse("none");
        if (!said.equals(update.version())) {
            throw new UpdateException("the archive's VERSION is " + said + ", not " + update.version());
        }
        if (!Files.isExecutable(fresh.resolve("bin/run"))) {
            throw new UpdateException("the archive has no bin/run: it is no distribution of the agent");
        }
        addDrivers(fresh);
        Files.writeString(fresh.resolve(WHOLE), update.sha256() + "\n");
        try (Stream<Path> all = Files.walk(fresh)) {
            for (Path path : all.filter(Files::isDirectory).toList()) {
                DurableFile.syncDirectory(path);
            }
        }
    }

    /** Drivers that are optional, and that the version that runs has, are in the fresh one, too. */
    private void addDrivers(Path fresh) throws IOException {
        Set<String> here = new HashSet<>();
        for (Path jar : jars(launcher.home().resolve("bundle"))) {
            here.add(artifact(jar));
        }
        for (Path jar : jars(fresh.resolve("optional"))) {
            if (here.contains(artifact(jar))) {
                Files.move(jar, fresh.resolve("bundle").resolve(jar.getFileName()));
            }
        }
    }

    private static List<Path> jars(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> JAR.matcher(f.getFileName().toString()).matches())
                    .toList();
        }
    }

    private static String artifact(Path jar) {
        Matcher name = JAR.matcher(jar.getFileName().toString());
        return name.matches() ? name.group(1) : "";
    }

    /** Removes all versions but the current one, the former one, the candidate and the one that runs. */
    public void prune() throws IOException {
        Set<String> kept;
        synchronized (this) {
            kept = new HashSet<>(List.of(state.current(), state.former(), state.candidate()));
        }
        kept.add(running);
        List<Path> all;
        try (Stream<Path> found = Files.list(directory)) {
            all = found.filter(Files::isDirectory).toList();
        }
        for (Path version : all) {
            if (!kept.contains(version.getFileName().toString())) {
                delete(version);
            }
        }
    }

    private synchronized void refuse(Command.Update update, String why) {
        try {
            end(Node.AgentUpdate.REFUSED, update.id(), update.version(), why);
        } catch (IOException e) {
            LOG.error("What became of update {} cannot be written: {}", update.id(), e.getMessage());
        }
    }

    private synchronized void end(String result, String id, String version, String why) throws IOException {
        write(state.ended(outcome(result, id, version, why)));
    }

    private static Node.AgentUpdate outcome(String result, String id, String version, String why) {
        String line = why.replaceAll("\\p{Cntrl}+", " ");
        String reason = line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) : line;
        return new Node.AgentUpdate(id, version, result, reason);
    }

    private synchronized void write(VersionState next) throws IOException {
        Files.createDirectories(directory);
        file.write(next.text());
        state = next;
    }

    /** Why the launcher gave the candidate up, if it did. */
    private Optional<String> givenUp() throws IOException {
        String update = "";
        String failed = "";
        try {
            for (String line : Files.readAllLines(directory.resolve("trial"), StandardCharsets.UTF_8)) {
                if (line.startsWith("update=")) {
                    update = line.substring("update=".length());
                } else if (line.startsWith("failed=")) {
                    failed = line.substring("failed=".length());
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return update.equals(state.update()) && !failed.isEmpty() ? Optional.of(failed) : Optional.empty();
    }

    private static String archiveOf(Path version) throws IOException {
        return firstLine(version.resolve(WHOLE)).orElse("");
    }

    private static Optional<String> firstLine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > 1024) {
            return Optional.empty();
        }
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream().findFirst();
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
