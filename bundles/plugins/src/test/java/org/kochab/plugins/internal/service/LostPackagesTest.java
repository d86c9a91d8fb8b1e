package org.kochab.plugins.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.shop.BrokenScorer;
import com.acme.shop.CheapScorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackage.State;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.codec.JacksonCodec;
import org.kochab.plugins.internal.Jar;
import org.kochab.plugins.internal.Vendor;
import org.kochab.plugins.internal.service.PackageRecord.Stage;

class LostPackagesTest {
    private static final String CHEAP = "com.acme.cheap";
    private static final String MAPS = "com.acme.maps";

    @TempDir
    Path folder;

    private Member member;

    @BeforeEach
    void start() throws Exception {
        member = new Member(folder.resolve("member"), false);
    }

    @AfterEach
    void stop() throws Exception {
        member.close();
    }

    private static Jar cheap(String version) {
        return Jar.scorer(CHEAP, version, CheapScorer.class, "");
    }

    /** One that needs a package which somebody else has. */
    private static Jar maps(String version) {
        return Jar.scorer(MAPS, version, CheapScorer.class, "")
                .header(
                        "Import-Package",
                        "org.kochab.spi.scheduler;version=\"[1.0,2)\",com.acme.geo;version=\"[1,2)\"");
    }

    private static Jar geo(String name) {
        return Jar.scorer(name, "1.0.0", CheapScorer.class, "").header("Export-Package", "com.acme.geo;version=1.0");
    }

    private PluginPackage install(Jar jar) throws Exception {
        Path file = jar.write(Files.createTempFile(folder, "plugin", ".jar"));
        try {
            return install(file);
        } finally {
            Files.delete(file);
        }
    }

    private PluginPackage install(Path file) {
        return member.packages()
                .install(new PluginRequest(file.toString(), false, Duration.ofSeconds(20)))
                .plugin();
    }

    private void upgrade(Vendor... trusted) throws Exception {
        upgrade(member.again, trusted);
    }

    private void upgrade(Duration again, Vendor... trusted) throws Exception {
        member = member.upgraded(again, trusted);
        member.packages().bringBack().join();
        assertThat(member.disturbed()).isEmpty();
    }

    private List<String> kept() throws Exception {
        try (var files = Files.list(member.settings.directory())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private Path file(PluginPackage plugin) {
        return member.settings.directory().resolve(plugin.sha256() + ".package");
    }

    @Test
    void areThereAgainAfterAnUpgrade() throws Exception {
        PluginPackage geo = install(geo("com.acme.zoo"));
        PluginPackage maps = install(maps("1.0.0"));

        upgrade();

        assertThat(member.pluginBundles()).containsExactly(MAPS + " 1.0.0 ACTIVE", "com.acme.zoo 1.0.0 ACTIVE");
        assertThat(member.packages().list()).containsExactly(maps, geo);
        member.close();
        member = new Member(folder.resolve("member"), false);
        assertThat(member.scorers()).containsExactly(MAPS + " 1.0.0", "com.acme.zoo 1.0.0");
        member.packages().remove(MAPS);
        member.packages().remove("com.acme.zoo");
        assertThat(kept()).isEmpty();
    }

    @Test
    void aFileIsKeptForEachPluginAndNoOther() throws Exception {
        PluginPackage first = install(cheap("1.0.0"));
        assertThat(file(first)).hasBinaryContent(cheap("1.0.0").bytes());
        Path newer = cheap("1.1.0").write(folder.resolve("newer.jar"));
        PluginRequest request = new PluginRequest(newer.toString(), false, Duration.ofSeconds(20));

        PluginPackage second = member.packages().update(CHEAP, request).plugin();

        assertThat(kept()).containsExactlyInAnyOrder(CHEAP + ".json", second.sha256() + ".package");
        upgrade();
        assertThat(member.scorers()).containsExactly(CHEAP + " 1.1.0");
    }

    @Test
    void oneThatDoesNotFitAnyMoreStaysRecordedAndOthersComeBack() throws Exception {
        member.install(geo("geo").write(folder.resolve("geo.jar")).toUri().toString());
        install(maps("1.0.0"));
        install(cheap("1.0.0"));

        upgrade();

        assertThat(member.scorers()).containsExactly(CHEAP + " 1.0.0");
        assertThat(member.packages().get(MAPS).state()).isEqualTo(State.MISSING);
        assertThat(member.packages().get(MAPS).message())
                .contains("imports package com.acme.geo [1,2), which nothing on this member exports")
                .contains("kochab:plugin-install a version that fits, or kochab:plugin-remove it");
        assertThatThrownBy(() -> install(Jar.scorer(MAPS, "1.1.0", BrokenScorer.class, "")))
                .hasMessageContaining("cannot be had");
        assertThat(member.packages().get(MAPS).version()).isEqualTo("1.0.0");

        assertThat(install(Jar.scorer(MAPS, "1.2.0", CheapScorer.class, "")).state())
                .isEqualTo(State.ACTIVE);
        assertThat(member.pluginBundles()).containsExactly(CHEAP + " 1.0.0 ACTIVE", MAPS + " 1.2.0 ACTIVE");
    }

    @Test
    void oneThatIsNotWellIsTakenOutAndTriedAtTheNextStart() throws Exception {
        openTill();
        install(Jar.scorer(
                CHEAP,
                "1.0.0",
                CheapScorer.class,
                "<reference name='till' interface='java.lang.Runnable' target='(till=open)'/>"));

        upgrade(Duration.ofMillis(500));

        assertThat(member.pluginBundles()).isEmpty();
        assertThat(member.packages().get(CHEAP).message())
                .contains("it was not well")
                .contains("waits for a service: java.lang.Runnable (till=open)");
        openTill();
        member.again = Duration.ofSeconds(20);
        member.reopen().bringBack().join();
        assertThat(member.packages().get(CHEAP).state()).isEqualTo(State.ACTIVE);
    }

    private void openTill() {
        member.context().registerService(Runnable.class, () -> {}, new Hashtable<>(Map.of("till", "open")));
    }

    @Test
    void afterACrashInTheMiddleItIsTriedAgain() throws Exception {
        install(cheap("1.0.0"));
        Records records = new Records(member.settings.directory(), new JacksonCodec());
        records.write(records.get(CHEAP).orElseThrow().with(Stage.RETURNING, null));
        member.reopen();
        assertThat(member.pluginBundles()).isEmpty();

        member.packages().bringBack().join();

        assertThat(member.packages().get(CHEAP).state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void aFileThatIsDamagedOrGoneIsNotInstalled() throws Exception {
        Files.writeString(file(install(cheap("1.0.0"))), "something else");
        Files.delete(file(install(Jar.scorer("com.acme.dear", "1.0.0", CheapScorer.class, ""))));

        upgrade();

        assertThat(member.pluginBundles()).isEmpty();
        assertThat(member.packages().get(CHEAP).message()).contains("its file is damaged");
        assertThat(member.packages().get("com.acme.dear").message()).contains("its file is not kept here");
    }

    @Test
    void whatSomebodyTookAwayInPartIsLeftAlone() throws Exception {
        String bundles = "<bundle>mvn:com.acme/base/1</bundle><bundle>mvn:com.acme/cheap/1</bundle>";
        install(Jar.kar("acme", "1.0", bundles)
                .entry(
                        "repository/com/acme/base/1/base-1.jar",
                        Jar.bundle("com.acme.base", "1.0.0").bytes())
                .entry("repository/com/acme/cheap/1/cheap-1.jar", cheap("1.0.0").bytes()));
        List.of(member.context().getBundles()).stream()
                .filter(b -> CHEAP.equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow()
                .uninstall();

        member.reopen().bringBack().join();

        assertThat(member.pluginBundles()).containsExactly("com.acme.base 1.0.0 ACTIVE");
        assertThat(member.packages().get("acme").message()).contains("was taken away by other means");
    }

    @Test
    void trustIsJudgedAnew() throws Exception {
        Vendor acme = Vendor.selfSigned("acme");
        member.close();
        member = new Member(folder.resolve("strict"), true, acme);
        install(acme.sign(cheap("1.0.0").write(folder.resolve("plain.jar"))));

        upgrade(Vendor.selfSigned("other"));
        assertThat(member.pluginBundles()).isEmpty();
        assertThat(member.packages().get(CHEAP).message()).contains("is signed by CN=acme");

        upgrade(acme);
        assertThat(member.scorers()).containsExactly(CHEAP + " 1.0.0");
    }

    @Test
    void filesAreSparedIfARecordCannotBeRead() throws Exception {
        Path file = file(install(cheap("1.0.0")));
        Files.writeString(member.settings.directory().resolve(CHEAP + ".json"), "{");

        upgrade();
        install(Jar.scorer("com.acme.dear", "1.0.0", CheapScorer.class, ""));

        assertThat(file).exists();
    }
}
