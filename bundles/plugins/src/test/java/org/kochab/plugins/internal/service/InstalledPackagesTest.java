package org.kochab.plugins.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.shop.BrokenScorer;
import com.acme.shop.CheapScorer;
import com.acme.shop.DeafActivator;
import com.acme.shop.HangingActivator;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackage.State;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.codec.JacksonCodec;
import org.kochab.plugins.internal.Jar;
import org.kochab.plugins.internal.Vendor;
import org.kochab.plugins.internal.service.PackageRecord.Stage;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;

class InstalledPackagesTest {
    private static final String NAME = "com.acme.cheap";

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

    private static Jar good(String version) {
        return Jar.scorer(NAME, version, CheapScorer.class, "");
    }

    private static Jar broken(String version) {
        return Jar.scorer(NAME, version, BrokenScorer.class, "");
    }

    private PluginRequest request(Jar jar, long millis) throws Exception {
        Path file = jar.write(Files.createTempFile(folder, "plugin", ".jar"));
        return new PluginRequest(file.toString(), false, Duration.ofMillis(millis));
    }

    private PluginPackage install(Jar jar) throws Exception {
        return member.packages().install(request(jar, 20_000)).plugin();
    }

    private PluginPackage update(Jar jar) throws Exception {
        return member.packages().update(NAME, request(jar, 20_000)).plugin();
    }

    private AbstractThrowableAssert<?, ?> fails(Reason reason, Jar jar) {
        return fails(reason, jar, 20_000);
    }

    /** What waits for something is waited for a few seconds. */
    private AbstractThrowableAssert<?, ?> failsInTime(Reason reason, Jar jar) {
        return fails(reason, jar, 3_000);
    }

    private AbstractThrowableAssert<?, ?> fails(Reason reason, Jar jar, long millis) {
        return assertThatThrownBy(() -> member.packages().install(request(jar, millis)))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private void nothingIsLeft() throws Exception {
        assertThat(member.pluginBundles()).isEmpty();
        assertThat(member.packages().list()).isEmpty();
        assertThat(member.settings.directory()).isEmptyDirectory();
        assertThat(member.disturbed()).isEmpty();
    }

    @Test
    void installsListsAndRemoves() throws Exception {
        PluginPackage installed = install(good("1.0.0"));

        assertThat(installed.state()).isEqualTo(State.ACTIVE);
        assertThat(installed.services()).containsExactly("org.kochab.spi.scheduler.PlacementScorer");
        assertThat(installed.imports()).containsExactly("org.kochab.spi.scheduler [1.0,2)");
        assertThat(installed.notes())
                .containsExactly(
                        NAME + " was built for contract org.kochab.spi.scheduler 1.0, this member has 1.1; they fit");
        assertThat(installed.bundles()).containsExactly(new PluginPackage.Part(NAME, "1.0.0", "ACTIVE"));
        assertThat(member.packages().get(NAME)).isEqualTo(installed);
        assertThat(member.packages().list()).containsExactly(installed);
        assertThat(member.scorers()).containsExactly(NAME + " 1.0.0");
        fails(Reason.ALREADY_EXISTS, good("1.1.0")).hasMessageContaining("kochab:plugin-update");

        member.packages().remove(NAME);
        assertThat(member.scorers()).isEmpty();
        nothingIsLeft();
        assertThatThrownBy(() -> member.packages().remove(NAME)).hasMessageContaining("there is no plugin");
    }

    /** One that was replaced, one that was not well, and one that was removed. */
    @Test
    void whatIsGoneLeavesNoClassLoader() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        member.context().addBundleListener((SynchronousBundleListener) event -> {
            if (event.getType() == BundleEvent.RESOLVED && Bundles.isPlugin(event.getBundle())) {
                loaders.add(new WeakReference<>(
                        event.getBundle().adapt(BundleWiring.class).getClassLoader()));
            }
        });
        install(good("1.0.0"));
        update(good("1.1.0"));
        assertThatThrownBy(() -> update(broken("1.2.0"))).hasMessageContaining("Version 1.1.0 is back");
        assertThat(loaders).hasSize(3);
        assertThat(collected(loaders, 1)).isTrue();

        member.packages().remove(NAME);

        assertThat(collected(loaders, 0)).isTrue();
    }

    private static boolean collected(List<WeakReference<ClassLoader>> loaders, int left) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() - end < 0) {
            System.gc();
            if (loaders.stream().filter(l -> l.get() != null).count() == left) {
                return true;
            }
        }
        return false;
    }

    @Test
    void isThereAgainAfterARestart() throws Exception {
        PluginPackage installed = install(good("1.0.0"));
        member.close();

        member = new Member(folder.resolve("member"), false);

        assertThat(member.scorers()).containsExactly(NAME + " 1.0.0");
        assertThat(member.packages().get(NAME)).isEqualTo(installed);
        member.packages().remove(NAME);
        nothingIsLeft();
    }

    @Test
    void whatTheFrameworkCouldNotResolveIsRefusedBeforeItIsAsked() throws Exception {
        fails(Reason.INVALID, good("1").header("Import-Package", "com.acme.geo;version=\"[1,2)\",java.util"))
                .hasMessageContaining("imports package com.acme.geo [1,2), which nothing on this member exports")
                .hasMessageNotContaining("java.util");
        fails(Reason.INVALID, good("1").header("Import-Package", "org.kochab.spi.scheduler;version=\"[2,3)\""))
                .hasMessageContaining(
                        "was built for contract org.kochab.spi.scheduler [2,3), and this member has 1.1.0");
        fails(Reason.INVALID, good("1").header("Import-Package", "org.kochab.spi.scheduler;version=1.0"))
                .hasMessageContaining("up to which version");
        fails(Reason.INVALID, good("1").header("Import-Package", "org.kochab.spi.scheduler"))
                .hasMessageContaining("up to which version");
        fails(
                        Reason.INVALID,
                        good("1").header("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\""))
                .hasMessageContaining("needs another Java");
        fails(Reason.INVALID, good("1").header("Require-Capability", "acme;filter:=\"(a=b)\""))
                .hasMessageContaining("needs acme (a=b)");
        fails(Reason.INVALID, good("1").header("Require-Bundle", "com.acme.base"))
                .hasMessageContaining("com.acme.base");
        fails(Reason.INVALID, good("1").header("Export-Package", "org.osgi.framework;version=1.99"))
                .hasMessageContaining("exports package org.osgi.framework, which");
        fails(Reason.INVALID, Jar.scorer("org.apache.felix.scr", "9", CheapScorer.class, ""))
                .hasMessageContaining("is called org.apache.felix.scr")
                .hasMessageContaining("a part of this member");
        assertThatThrownBy(() -> member.packages().install(new PluginRequest("/no/such", false, Duration.ofSeconds(1))))
                .hasMessageContaining("is not a file on this member");
        assertThatThrownBy(() ->
                        member.packages().install(new PluginRequest("http://x/y.jar", false, Duration.ofSeconds(1))))
                .hasMessageContaining("is not taken");
        nothingIsLeft();
    }

    @Test
    void everyMissingImportIsNamed() throws Exception {
        fails(
                        Reason.INVALID,
                        good("1").header("Import-Package", "com.acme.a,com.acme.b;resolution:=optional,com.acme.c"))
                .hasMessageContaining("com.acme.a")
                .hasMessageContaining("com.acme.c")
                .hasMessageNotContaining("com.acme.b");
    }

    @Test
    void whatIsNotWellIsTakenOutAgain() throws Exception {
        fails(Reason.UNAVAILABLE, broken("1.0.0"))
                .hasMessageContaining("PlacementScorer cannot be had")
                .hasMessageContaining(
                        "com.acme.cheap.scorer failed: java.lang.IllegalStateException: the till is empty")
                .hasMessageContaining("taken out again");
        failsInTime(Reason.UNAVAILABLE, Jar.bundle(NAME, "1")).hasMessageContaining("offers no service");
        failsInTime(
                        Reason.UNAVAILABLE,
                        Jar.scorer(
                                NAME,
                                "1",
                                CheapScorer.class,
                                "<reference name='till' interface='com.acme.shop.Till' target='(open=true)'/>"))
                .hasMessageContaining("waits for a service: com.acme.shop.Till (open=true)");
        failsInTime(Reason.UNAVAILABLE, good("1").entry("OSGI-INF/scorer.xml", "<no xml"))
                .hasMessageContaining("(Service-Component: OSGI-INF/scorer.xml) cannot be read");
        fails(Reason.UNAVAILABLE, good("1").header("Bundle-Activator", "com.acme.Nothing"))
                .hasMessageContaining("com.acme.Nothing");
        nothingIsLeft();
    }

    @Test
    void anActivatorThatHangsIsTakenOutAgain() throws Exception {
        failsInTime(
                        Reason.UNAVAILABLE,
                        good("1")
                                .with(HangingActivator.class)
                                .header(
                                        "Import-Package",
                                        "org.kochab.spi.scheduler;version=\"[1.1,2)\",org.osgi.framework")
                                .header("Bundle-Activator", HangingActivator.class.getName()))
                .hasMessageContaining("not started in time");
        nothingIsLeft();
    }

    @Test
    void oneThatHearsNothingIsTakenOutAtTheNextStart() throws Exception {
        try {
            failsInTime(
                            Reason.UNKNOWN,
                            good("1")
                                    .with(DeafActivator.class)
                                    .header(
                                            "Import-Package",
                                            "org.kochab.spi.scheduler;version=\"[1.1,2)\",org.osgi.framework")
                                    .header("Bundle-Activator", DeafActivator.class.getName()))
                    .hasMessageContaining("bundle " + NAME + " hangs")
                    .hasMessageContaining("restart this member");
            assertThat(member.packages().get(NAME).state()).isNotEqualTo(State.ACTIVE);
        } finally {
            System.setProperty(DeafActivator.LET_GO, "true");
        }
        member.reopen();
        System.clearProperty(DeafActivator.LET_GO);
        nothingIsLeft();
    }

    @Test
    void aComponentThatWaitsForItsSettingsIsNoFault() throws Exception {
        PluginPackage installed = install(good("1.0.0")
                .header("Service-Component", "OSGI-INF/scorer.xml,OSGI-INF/other.xml")
                .entry(
                        "OSGI-INF/other.xml",
                        "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.3.0' name='other'"
                                + " configuration-policy='require' configuration-pid='com.acme.other'><implementation class='"
                                + CheapScorer.class.getName() + "'/></scr:component>"));

        assertThat(installed.state()).isEqualTo(State.ACTIVE);
        assertThat(installed.notes()).contains("component other waits for its settings: write etc/com.acme.other.cfg");
    }

    @Test
    void putsAnotherVersionInThePlaceOfAFormerOne() throws Exception {
        install(good("1.0.0"));

        assertThat(update(good("1.1.0")).version()).isEqualTo("1.1.0");

        assertThat(member.pluginBundles()).containsExactly(NAME + " 1.1.0 ACTIVE");
        assertThat(member.scorers()).containsExactly(NAME + " 1.1.0");
        assertThat(update(good("1.0.0")).version()).isEqualTo("1.0.0");
        assertThat(member.disturbed()).isEmpty();
    }

    @Test
    void theFormerVersionComesBackIfTheNewOneIsNotWell() throws Exception {
        PluginPackage former = install(good("1.0.0"));

        assertThatThrownBy(() -> update(broken("1.1.0"))).hasMessageContaining("Version 1.0.0 is back");

        assertThat(member.pluginBundles()).containsExactly(NAME + " 1.0.0 ACTIVE");
        assertThat(member.scorers()).containsExactly(NAME + " 1.0.0");
        assertThat(member.packages().get(NAME)).isEqualTo(former);
        member.close();
        member = new Member(folder.resolve("member"), false);
        assertThat(member.scorers()).containsExactly(NAME + " 1.0.0");
    }

    @Test
    void refusesAnUpdateThatIsNone() throws Exception {
        install(good("1.0.0"));

        assertThatThrownBy(() -> update(good("1.0.0")))
                .hasMessageContaining("is installed already, from the same file");
        assertThatThrownBy(() -> update(good("1.0.0").entry("more", "x")))
                .hasMessageContaining("give it another version");
        assertThatThrownBy(() -> update(Jar.scorer("com.acme.dear", "2", CheapScorer.class, "")))
                .hasMessageContaining("is plugin com.acme.dear and not " + NAME);
        assertThatThrownBy(() -> update(good("2").header("Bundle-SymbolicName", NAME + "; singleton:=true")))
                .hasMessageContaining("is a singleton");
        assertThatThrownBy(() -> member.packages().update("com.acme.other", request(good("2"), 1_000)))
                .hasMessageContaining("there is no plugin com.acme.other");
        assertThat(member.scorers()).containsExactly(NAME + " 1.0.0");
    }

    private static Jar kar(String version, Jar scorer) {
        return Jar.kar(
                        "acme",
                        version,
                        "<feature>kochab-api</feature><bundle dependency='true'>mvn:com.acme/scr/1</bundle>"
                                + "<bundle>mvn:com.acme/base/1</bundle><bundle>mvn:com.acme/cheap/1</bundle>")
                .entry(
                        "repository/com/acme/scr/1/scr-1.jar",
                        Jar.bundle("org.apache.felix.scr", "1").bytes())
                .entry(
                        "repository/com/acme/base/1/base-1.jar",
                        Jar.bundle("com.acme.base", "1.0.0")
                                .header("Export-Package", "com.acme.base;version=1.0")
                                .bytes())
                .entry(
                        "repository/com/acme/cheap/1/cheap-1.jar",
                        scorer.header(
                                        "Import-Package",
                                        "org.kochab.spi.scheduler;version=\"[1.1,2)\",com.acme.base;version=\"[1,2)\"")
                                .bytes());
    }

    @Test
    void installsAKarAndUpdatesOnlyWhatIsNew() throws Exception {
        PluginPackage installed = install(kar("1.0", good("1.0.0")));

        assertThat(installed.name()).isEqualTo("acme");
        assertThat(installed.imports()).containsExactly("org.kochab.spi.scheduler [1.1,2)");
        assertThat(member.pluginBundles()).containsExactly("com.acme.base 1.0.0 ACTIVE", NAME + " 1.0.0 ACTIVE");
        Bundle base = bundle("com.acme.base");

        assertThatThrownBy(() -> member.packages().update("acme", request(kar("1.1", broken("1.1.0")), 20_000)))
                .hasMessageContaining("Version 1.0.0 is back");
        assertThat(member.pluginBundles()).containsExactly("com.acme.base 1.0.0 ACTIVE", NAME + " 1.0.0 ACTIVE");

        member.packages().update("acme", request(kar("1.1", good("1.1.0")), 20_000));
        assertThat(member.pluginBundles()).containsExactly("com.acme.base 1.0.0 ACTIVE", NAME + " 1.1.0 ACTIVE");
        assertThat(bundle("com.acme.base")).isSameAs(base);

        member.packages().remove("acme");
        nothingIsLeft();
    }

    private Bundle bundle(String name) {
        return List.of(member.context().getBundles()).stream()
                .filter(b -> b.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatOthersUseIsNotRemoved() throws Exception {
        install(kar("1.0", good("1.0.0")));
        install(Jar.scorer("com.acme.user", "1", CheapScorer.class, "")
                .header("Import-Package", "org.kochab.spi.scheduler;version=\"[1.1,2)\",com.acme.base"));

        assertThatThrownBy(() -> member.packages().remove("acme"))
                .hasMessageContaining("in use: bundle com.acme.user uses it");
        member.packages().remove("com.acme.user");
        member.used.add(new Plugin(Plugin.SCHEDULER, "cheap", NAME, "1", List.of("tp-1"), "Active", ""));
        assertThatThrownBy(() -> member.packages().remove("acme"))
                .hasMessageContaining("scheduler cheap is that of tp-1");
        member.used.clear();
        member.packages().remove("acme");
        nothingIsLeft();
    }

    @Test
    void whatACrashLeftIsTakenBack() throws Exception {
        install(good("1.0.0"));
        Records records = new Records(member.settings.directory(), new JacksonCodec());
        PackageRecord former = records.get(NAME).orElseThrow();
        String location = "kochab-plugin:" + NAME + "/1.1.0/" + NAME + "/1.1.0";
        PackageRecord trial = new PackageRecord(
                NAME,
                "1.1.0",
                Stage.TRIAL,
                "order",
                "file",
                "",
                "",
                false,
                0,
                List.of(new PackageRecord.Item(NAME, "1.1.0", "", location)),
                null,
                null,
                former);
        records.write(trial);
        bundle(NAME).stop(Bundle.STOP_TRANSIENT);
        member.context()
                .installBundle(location, Files.newInputStream(good("1.1.0").write(folder.resolve("new.jar"))));

        member.reopen();

        assertThat(member.pluginBundles()).containsExactly(NAME + " 1.0.0 ACTIVE");
        assertThat(member.packages().get(NAME).version()).isEqualTo("1.0.0");

        records.write(former.with(Stage.REMOVING, null));
        member.reopen();
        nothingIsLeft();
    }

    @Test
    void whatWasTakenAwayByOtherMeansIsMissingAndCanBeInstalledAgain() throws Exception {
        install(kar("1.0", good("1.0.0")));
        bundle(NAME).uninstall();

        assertThat(member.packages().get("acme").state()).isEqualTo(State.MISSING);
        assertThat(install(kar("1.0", good("1.0.0"))).state()).isEqualTo(State.ACTIVE);
        assertThat(member.pluginBundles()).hasSize(2);
        bundle(NAME).stop();
        assertThat(member.packages().get("acme").state()).isEqualTo(State.FAILED);
        assertThat(member.packages().get("acme").message()).contains("bundle " + NAME + " is RESOLVED");
    }

    @Test
    void onlyTrustedVendorsIfItIsRequired() throws Exception {
        Vendor acme = Vendor.selfSigned("acme");
        Vendor other = Vendor.selfSigned("other");
        member.close();
        member = new Member(folder.resolve("strict"), true, acme);
        Path file = good("1.0.0").write(folder.resolve("plain.jar"));

        assertThatThrownBy(() ->
                        member.packages().install(new PluginRequest(file.toString(), false, Duration.ofSeconds(20))))
                .hasMessageContaining("is not signed, and that is required here");
        PluginRequest byOther = new PluginRequest(other.sign(file).toString(), false, Duration.ofSeconds(20));
        assertThatThrownBy(() -> member.packages().install(byOther)).hasMessageContaining("is signed by CN=other");
        nothingIsLeft();

        PluginPackage installed = member.packages()
                .install(new PluginRequest(acme.sign(file).toString(), false, Duration.ofSeconds(20)))
                .plugin();
        assertThat(installed.signer()).isEqualTo("CN=acme");
        assertThat(installed.trusted()).isTrue();
    }
}
