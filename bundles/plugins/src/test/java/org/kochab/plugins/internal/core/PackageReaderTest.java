package org.kochab.plugins.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.plugins.internal.Jar;

class PackageReaderTest {
    private static final Limits LIMITS = new Limits(1 << 20, 4 << 20, 50);
    private static final String TILL = "<bundle>mvn:com.acme/till/1.0</bundle>";
    private static final String TILL_ENTRY = "repository/com/acme/till/1.0/till-1.0.jar";

    @TempDir
    Path folder;

    private Contents read(Jar jar) throws Exception {
        return new PackageReader(Files.createTempDirectory(folder, "work"), LIMITS)
                .read(jar.write(folder.resolve("file.jar")), "file.jar");
    }

    private AbstractThrowableAssert<?, ?> refused(Jar jar) {
        return assertThatThrownBy(() -> read(jar)).isInstanceOf(Refused.class).hasMessageContaining("file.jar");
    }

    private static Jar till() {
        return Jar.bundle("com.acme.till", "1.0.0");
    }

    @Test
    void readsABundle() throws Exception {
        Contents contents =
                read(Jar.bundle("com.acme.till;singleton:=true", "1.2.3").header("Import-Package", "a,b"));

        assertThat(contents.name()).isEqualTo("com.acme.till");
        assertThat(contents.version()).isEqualTo("1.2.3");
        assertThat(contents.bundles()).singleElement().satisfies(b -> assertThat(b.headers())
                .containsEntry("Import-Package", "a,b"));
    }

    @Test
    void readsAKar() throws Exception {
        Contents contents = read(Jar.kar(
                        "acme-till",
                        "2.0",
                        "<details>x</details><feature>kochab-api</feature>" + TILL
                                + "<bundle dependency='true'>mvn:com.acme/paper/1/jar/a4</bundle>")
                .entry(TILL_ENTRY, till().bytes())
                .entry(
                        "repository/com/acme/paper/1/paper-1-a4.jar",
                        Jar.bundle("com.acme.paper", "1").bytes())
                .entry("repository/com/acme/till/maven-metadata-local.xml", "<metadata/>"));

        assertThat(contents.name()).isEqualTo("acme-till");
        assertThat(contents.version()).isEqualTo("2.0");
        assertThat(contents.bundles())
                .extracting(BundleFile::symbolicName, BundleFile::dependency)
                .containsExactly(tuple("com.acme.till", false), tuple("com.acme.paper", true));
        assertThat(contents.bundles().get(0).file()).hasBinaryContent(till().bytes());
    }

    @Test
    void refusesWhatIsNeither() throws Exception {
        refused(Jar.empty().entry("a", "b")).hasMessageContaining("neither a bundle");
        Files.writeString(folder.resolve("text"), "no zip at all");
        assertThatThrownBy(() -> new PackageReader(folder, LIMITS).read(folder.resolve("text"), "text"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("neither a jar nor a KAR");
        refused(Jar.empty().header("Bundle-SymbolicName", "x")).hasMessageContaining("Bundle-ManifestVersion");
        refused(Jar.bundle("../x", "1")).hasMessageContaining("Bundle-SymbolicName");
        refused(till().header("Fragment-Host", "org.kochab.scheduler")).hasMessageContaining("fragment of org.kochab");
    }

    @Test
    void refusesEntriesThatLeadOut() {
        for (String name : List.of("../x", "a/../../x", "/etc/x", "a\\..\\x", "a/./b", "a\nb")) {
            refused(till().entry(name, "x")).as(name).hasMessageContaining("leads out of it");
        }
    }

    @Test
    void refusesWhatUnpacksToTooMuch() {
        refused(till().entry("zeros", new byte[5 << 20])).hasMessageContaining("unpacks to more than");
        byte[] zeros = till().entry("zeros", new byte[3 << 20]).bytes();
        refused(Jar.kar("till", "1", TILL + "<bundle>mvn:com.acme/paper/1</bundle>")
                        .entry(TILL_ENTRY, zeros)
                        .entry(
                                "repository/com/acme/paper/1/paper-1.jar",
                                Jar.bundle("paper", "1")
                                        .entry("zeros", new byte[3 << 20])
                                        .bytes()))
                .hasMessageContaining("unpacks to more than");
        Jar many = till();
        for (int i = 0; i < 60; i++) {
            many.entry("e" + i, "x");
        }
        refused(many).hasMessageContaining("at most 50");
    }

    @Test
    void refusesKarsThatWouldDoMoreThanInstallBundles() {
        byte[] till = till().bytes();
        refused(Jar.kar("t", "1", TILL).entry(TILL_ENTRY, till).entry("resource/etc/users.properties", "me=me,admin"))
                .hasMessageContaining("etc/users.properties");
        refused(Jar.kar("t", "1", TILL).entry(TILL_ENTRY, till).entry("resources/bin/karaf", "x"))
                .hasMessageContaining("wants to write bin/karaf");
        refused(Jar.kar("t", "1", TILL + "<config name='x'>a=b</config>").entry(TILL_ENTRY, till))
                .hasMessageContaining("<config>");
        refused(Jar.kar("t", "1", TILL)).hasMessageContaining(TILL_ENTRY + " is missing");
        refused(Jar.kar("t", "1", "<bundle>wrap:mvn:com.acme/till/1.0</bundle>"))
                .hasMessageContaining("wrap:");
        refused(Jar.kar("t", "1", "<bundle>mvn:com.acme/../1.0</bundle>")).hasMessageContaining("not of the form");
        refused(Jar.kar("t", "1", "")).hasMessageContaining("0 bundles");
        refused(Jar.kar("../t", "1", TILL)).hasMessageContaining("name is '../t'");
        refused(Jar.kar("t", "1", "</feature><feature name='u'>")).hasMessageContaining("several features");
        refused(Jar.kar("t", "1", "</feature><repository>mvn:a/b/1</repository><feature name='u'>"))
                .hasMessageContaining("<repository>");
        refused(Jar.kar("t", "1", TILL)
                        .entry(TILL_ENTRY, Jar.empty().entry("a", "b").bytes()))
                .hasMessageContaining("Bundle-SymbolicName is ''");
    }

    @Test
    void readsNoFileThatADocumentNames() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "hidden");
        refused(Jar.empty()
                        .entry(
                                "repository/f.xml",
                                "<!DOCTYPE f [<!ENTITY s SYSTEM '" + secret.toUri()
                                        + "'>]><features><feature name='&s;'/></features>"))
                .hasMessageContaining("no XML that can be read")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void refusesAFileThatIsCutShort() throws Exception {
        byte[] whole = till().entry("a", new byte[10_000]).bytes();
        Path cut = Files.write(folder.resolve("cut.jar"), Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> new PackageReader(folder, LIMITS).read(cut, "cut.jar"))
                .isInstanceOf(Refused.class);
    }
}
