package org.kochab.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.store.StoreContractTest;

/**
 * Makes and builds a vendor's projects as {@code docs/extending/first-hour.md} says, with nothing of Kochab but what is published: in a local Maven repository of
 * its own, which takes all else from the one of this build.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FirstHourIT {
    private static final Path ROOT =
            Path.of(System.getProperty("kochab.root")).toAbsolutePath().normalize();
    private static final String VERSION = System.getProperty("kochab.version");
    /** Each JVM is there for seconds. */
    private static final String QUICK = "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    /** Not a service, but a header of the manifest. */
    private static final String COMMANDS = "Karaf-Commands";

    private static final Path HOME = ROOT.resolve("archetypes/plugin/target/first-hour");

    /** What each offers; itests install them in a distribution. */
    private static final SortedMap<String, String> OTHER_KINDS = new TreeMap<>(Map.of(
            "filter", "org.kochab.spi.scheduler.PlacementFilter",
            "scheduler", "org.kochab.spi.scheduler.Scheduler",
            "controller", "org.kochab.spi.controller.Controller",
            "kind", "org.kochab.spi.kind.ResourceKind",
            "store", "org.kochab.spi.store.PartitionStore",
            "admission", "org.kochab.spi.admission.AdmissionValidator",
            "sink", "org.kochab.spi.event.EventSink",
            "device", "org.kochab.spi.device.DeviceProvider",
            "runtime", "org.kochab.spi.runtime.RuntimeDriver",
            "shell", COMMANDS));

    private record Ended(int code, String output) {}

    @BeforeAll
    static void makeAHome() throws Exception {
        if (Files.exists(HOME)) {
            try (Stream<Path> files = Files.walk(HOME)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
        Files.createDirectories(HOME.resolve("bin"));
        Files.writeString(HOME.resolve("settings.xml"), settings());
        Path maven = HOME.resolve("bin/mvn");
        Files.writeString(maven, maven());
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        publish("", "kochab");
        publish("bundles", "kochab-bundles");
        publish("bundles/api", "kochab-api", jarOf(PartitionStore.class));
        publish("bundles/testkit", "kochab-testkit", jarOf(StoreContractTest.class));
        publish(
                "archetypes/plugin",
                "kochab-plugin-archetype",
                ROOT.resolve("archetypes/plugin/target/kochab-plugin-archetype-" + VERSION + ".jar"));
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String settings() {
        String repository = "<id>of-this-build</id><url>"
                + Path.of(System.getProperty("maven.repository")).toUri()
                + "</url><releases><checksumPolicy>ignore</checksumPolicy></releases><snapshots><enabled>false</enabled></snapshots>";
        return "<settings><profiles><profile><id>vendor</id><repositories><repository>" + repository
                + "</repository></repositories><pluginRepositories><pluginRepository>" + repository
                + "</pluginRepository></pluginRepositories></profile></profiles>"
                + "<activeProfiles><activeProfile>vendor</activeProfile></activeProfiles></settings>";
    }

    private static String maven() {
        boolean offline = System.getProperty("maven.offline").endsWith("true");
        return "#!/bin/sh\nexec '" + System.getProperty("maven.home") + "/bin/mvn' -B -gs '" + HOME
                + "/settings.xml' -Dmaven.repo.local='" + HOME + "/repository' -DargLine='" + QUICK + "'"
                + (offline ? " -o -Daether.offline.protocols=file" : "") + " \"$@\"\n";
    }

    private static void publish(String module, String artifact, Path... jars) throws IOException {
        Path to = Files.createDirectories(
                HOME.resolve("repository/org/kochab").resolve(artifact).resolve(VERSION));
        String name = artifact + "-" + VERSION;
        Files.copy(ROOT.resolve(module).resolve("pom.xml"), to.resolve(name + ".pom"));
        for (Path jar : jars) {
            Files.copy(jar, to.resolve(name + ".jar"));
        }
    }

    private static Ended run(String script) throws Exception {
        Path log = Files.createTempFile(HOME, "output", ".log");
        ProcessBuilder bash = new ProcessBuilder("bash", "-euc", script)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        bash.environment().put("HOME", HOME.toString());
        bash.environment().put("PATH", HOME.resolve("bin") + ":" + System.getenv("PATH"));
        bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
        bash.environment().put("MAVEN_OPTS", QUICK);
        bash.environment().put("KOCHAB_RUN", HOME.resolve("run").toString());
        bash.environment().put("KOCHAB_PUBLISHED", "yes");
        int code = bash.start().waitFor();
        // Maven resets a terminal's colours even if there is none.
        return new Ended(code, Files.readString(log).replaceAll("\u001B\\[[0-9;]*m", ""));
    }

    /** The contents of the document's blocks of one language, up to what needs a platform that runs. */
    private static List<String> blocks(String language) throws IOException {
        String document = Files.readString(ROOT.resolve("docs/extending/first-hour.md"));
        String part = document.substring(0, document.indexOf("\n## Run it"));
        Matcher block = Pattern.compile("\n```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(part);
        List<String> blocks = new ArrayList<>();
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    @Test
    void whatTheDocumentTypesPrintsWhatItSays() throws Exception {
        assertThat(blocks("sh")).hasSize(3);

        Ended ended = run(String.join("", blocks("sh")));

        assertThat(ended.code()).as(ended.output()).isZero();
        for (String line : String.join("", blocks("text")).lines().toList()) {
            String pattern = Stream.of(line.split("…", -1))
                    .map(Pattern::quote)
                    .reduce((a, b) -> a + ".*" + b)
                    .orElseThrow();
            assertThat(ended.output()).as("a line like " + line).containsPattern("(?m)^" + pattern + "$");
        }
        isABundle(HOME.resolve("green-racks"), "org.kochab.spi.scheduler.PlacementScorer");
        assertThat(HOME.resolve("green-racks")).isDirectoryContaining("glob:**/.gitignore");
        assertThat(HOME.resolve("green-racks/README.md"))
                .content()
                .contains("A scorer for Kochab", "mvn package")
                .doesNotContain("#", "${");
    }

    @Test
    void theOtherKindsAreBuiltAndTested() throws Exception {
        Path projects = ROOT.resolve("archetypes/plugin/target/test-classes/projects");
        String modules = OTHER_KINDS.keySet().stream()
                .map(kind -> "<module>" + kind + "/project/my-" + kind + "</module>")
                .collect(Collectors.joining());
        Files.writeString(
                projects.resolve("pom.xml"),
                "<project><modelVersion>4.0.0</modelVersion><groupId>org.acme</groupId><artifactId>all</artifactId><version>1</version>"
                        + "<packaging>pom</packaging><modules>" + modules + "</modules></project>");

        Ended ended = run("cd '" + projects + "'; mvn -q package");

        assertThat(ended.code()).as(ended.output()).isZero();
        for (Map.Entry<String, String> kind : OTHER_KINDS.entrySet()) {
            Path project = projects.resolve(kind.getKey()).resolve("project/my-" + kind.getKey());
            isABundle(project, kind.getValue());
            // The contract of runtimes leaves out what a driver's tasks cannot do.
            wasTested(project, kind.getKey().equals("runtime") ? 8 : 0);
            assertThat(project.resolve("README.md")).content().doesNotContain("#", "${");
        }
    }

    /** With a service, imports of the contract's version, and nothing but its own classes. */
    private static void isABundle(Path project, String service) throws IOException {
        try (JarFile jar = new JarFile(project.resolve("target")
                .resolve(project.getFileName() + "-1.0.0-SNAPSHOT.jar")
                .toFile())) {
            var manifest = jar.getManifest().getMainAttributes();
            if (service.equals(COMMANDS)) {
                assertThat(manifest.getValue("Import-Package")).contains("org.kochab.api.resource;version=\"[");
                assertThat(manifest.getValue(COMMANDS)).isEqualTo("org.acme.commands");
            } else {
                String contract = service.substring(0, service.lastIndexOf('.'));
                assertThat(manifest.getValue("Import-Package")).contains(contract + ";version=\"[");
                assertThat(manifest.getValue("Provide-Capability")).contains(service);
            }
            assertThat(manifest.getValue("Bundle-SymbolicName")).endsWith("." + project.getFileName());
            assertThat(jar.stream().filter(entry -> entry.getName().startsWith("org/kochab")))
                    .isEmpty();
        }
    }

    private static void wasTested(Path project, int skipped) throws IOException {
        String passed = "Failures: 0, Errors: 0, Skipped: " + skipped;
        try (Stream<Path> reports = Files.list(project.resolve("target/surefire-reports"))) {
            assertThat(reports.filter(report -> report.toString().endsWith(".txt")))
                    .isNotEmpty()
                    .allSatisfy(report -> assertThat(report).content().contains(passed));
        }
    }

    @Test
    void badInputIsRefusedWithTheRemedy() throws Exception {
        refused(
                "engine x",
                "there is no kind 'engine'",
                "scorer filter scheduler controller store kind admission sink shell device runtime");
        refused("scorer Green", "'Green' is no name", "small letters and digits");
        refused("scorer green --package racks", "'racks' is no package", "com.example.racks");
        refused("scorer native", "'native'", "--package");
        refused("scorer green --colour red", "new does not know --colour", "--dir");
        refused("scorer docs", "exists already", "--dir");
        refused("scorer green", "has a pom.xml", "--dir");
        refused("scorer green --dir " + HOME + "/nowhere", "is no directory", "--dir");
    }

    private static void refused(String arguments, String... messages) throws Exception {
        Ended ended = run("./kochab new " + arguments);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).startsWith("kochab: ").contains(messages);
    }
}
