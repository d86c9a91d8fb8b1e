package org.kochab.plugins.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.shop.CheapScorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.plugin.PluginPackage.State;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.codec.JacksonCodec;
import org.kochab.plugins.internal.Jar;
import org.kochab.plugins.internal.Vendor;
import org.kochab.testkit.cluster.MemoryNetwork;

class SeveralMembersTest {
    private static final String NAME = "com.acme.cheap";

    @TempDir
    Path folder;

    private final MemoryNetwork network = new MemoryNetwork();
    private final List<Member> members = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        network.close();
        for (Member m : members) {
            m.close();
        }
    }

    private Member join(String name, Vendor... trusted) throws Exception {
        Member member = new Member(folder.resolve(name), trusted.length > 0, trusted);
        members.add(member);
        member.packages().attach(network.join(name));
        return member;
    }

    private static Jar good(String version) {
        return Jar.scorer(NAME, version, CheapScorer.class, "");
    }

    /** One that is well only where the till is open. */
    private static Jar needy(String version) {
        return Jar.scorer(
                NAME,
                version,
                CheapScorer.class,
                "<reference name='till' interface='java.lang.Runnable' target='(till=open)'/>");
    }

    private static void openTill(Member member) {
        member.context().registerService(Runnable.class, () -> {}, new Hashtable<>(Map.of("till", "open")));
    }

    private PluginRequest request(Jar jar) throws Exception {
        return request(jar.write(Files.createTempFile(folder, "plugin", ".jar")));
    }

    private static PluginRequest request(Path file) {
        return request(file, 20);
    }

    private static PluginRequest request(Path file, int seconds) {
        return new PluginRequest(file.toString(), false, Duration.ofSeconds(seconds));
    }

    /** One that is not well is waited for that long. */
    private PluginRequest briefly(Jar jar) throws Exception {
        return request(jar.write(Files.createTempFile(folder, "plugin", ".jar")), 4);
    }

    private void allHave(String... bundles) {
        for (Member m : members) {
            assertThat(m.pluginBundles()).containsExactly(bundles);
            assertThat(m.disturbed()).isEmpty();
            assertThat(m.settings.directory())
                    .isDirectoryNotContaining(f -> f.getFileName().toString().startsWith("staging"));
        }
    }

    @Test
    void goesOverAllMembers() throws Exception {
        Member first = join("member-1");
        join("member-2");
        join("member-3");
        byte[] large = new byte[5 << 20];
        new Random(1).nextBytes(large);

        assertThat(first.packages()
                        .install(request(good("1.0.0").entry("large", large)))
                        .members())
                .containsExactly("member-1", "member-2", "member-3");
        allHave(NAME + " 1.0.0 ACTIVE");

        members.get(1).packages().update(NAME, request(good("1.1.0")));
        allHave(NAME + " 1.1.0 ACTIVE");
        for (Member m : members) {
            assertThat(m.packages().get(NAME).state()).isEqualTo(State.ACTIVE);
            assertThat(m.scorers()).containsExactly(NAME + " 1.1.0");
        }

        members.get(2).packages().remove(NAME);
        allHave();
    }

    @Test
    void theFirstMemberWhereItIsNotWellEndsIt() throws Exception {
        Member first = join("member-1");
        join("member-2");
        openTill(first);

        assertThatThrownBy(() -> first.packages().install(briefly(needy("1.0.0"))))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("On member-2: plugin " + NAME + " 1.0.0 was not well")
                .hasMessageContaining("waits for a service: java.lang.Runnable (till=open)")
                .hasMessageContaining("It was taken back on member-1");
        allHave();

        first.packages().install(request(good("1.0.0")));
        assertThatThrownBy(() -> first.packages().update(NAME, briefly(needy("1.1.0"))))
                .hasMessageContaining("On member-2: ")
                .hasMessageContaining("Version 1.0.0 is back")
                .hasMessageContaining("It was taken back on member-1");
        allHave(NAME + " 1.0.0 ACTIVE");
        for (Member m : members) {
            assertThat(m.scorers()).containsExactly(NAME + " 1.0.0");
            assertThat(m.packages().get(NAME).version()).isEqualTo("1.0.0");
        }
    }

    @Test
    void eachMemberJudgesByItsOwnSettings() throws Exception {
        Vendor acme = Vendor.selfSigned("acme");
        Member first = join("member-1");
        join("member-2", acme);
        Path file = good("1.0.0").write(folder.resolve("plain.jar"));

        assertThatThrownBy(() -> first.packages().install(request(file)))
                .hasMessageContaining("On member-2: ")
                .hasMessageContaining("plain.jar is not signed")
                .hasMessageContaining("It was taken back on member-1");
        allHave();
        first.packages().install(request(acme.sign(file)));
        allHave(NAME + " 1.0.0 ACTIVE");
    }

    @Test
    void theSameFileAgainBringsItToThoseThatLackIt() throws Exception {
        Member first = join("member-1");
        PluginRequest request = request(good("1.0.0"));
        first.packages().install(request);
        join("member-2");

        assertThat(first.packages().install(request).members()).containsExactly("member-1", "member-2");

        allHave(NAME + " 1.0.0 ACTIVE");
        assertThatThrownBy(() -> first.packages().install(request)).hasMessageContaining("is installed already");
        members.get(1).packages().remove(NAME);
        allHave();
    }

    /** A member whose answer was lost may have done it: whoever asked has it taken back, and others' plugins stay. */
    @Test
    void onlyWhatCameByTheSameOrderIsTakenBack() throws Exception {
        Member member = join("member-1");
        PluginRequest request = request(good("1.0.0"));
        member.packages().install(request);
        String sha256 = member.packages().get(NAME).sha256();
        RemoteSeat seat =
                new RemoteSeat(network.join("member-2"), "member-1", new JacksonCodec(), Duration.ofSeconds(2));

        Order same = new Order("other", "", request.source(), sha256, false, 20_000);
        assertThatThrownBy(() -> seat.takeBack(NAME, same)).hasMessageContaining("is kept there and stays");
        seat.takeBack(NAME, new Order("other", "", request.source(), "0".repeat(64), false, 20_000));
        seat.takeBack("com.acme.unknown", same);
        allHave(NAME + " 1.0.0 ACTIVE");

        PluginRequest newer = request(good("1.1.0"));
        Path file = Path.of(newer.source());
        Order update = new Order("update", NAME, newer.source(), Sources.digest(file), false, 20_000);
        assertThat(seat.put(update, file)).isEqualTo(new Seat.Done(NAME, true));
        assertThat(member.scorers()).containsExactly(NAME + " 1.1.0");
        seat.takeBack(NAME, update);
        allHave(NAME + " 1.0.0 ACTIVE");
        assertThat(member.scorers()).containsExactly(NAME + " 1.0.0");

        // Whoever asked is gone for good: the member that starts again keeps what was well.
        seat.put(update, file);
        network.leave("member-1");
        network.leave("member-2");
        member.reopen().attach(network.join("member-1a"));
        allHave(NAME + " 1.1.0 ACTIVE");
        assertThat(member.scorers()).containsExactly(NAME + " 1.1.0");
        assertThatThrownBy(() -> member.packages().update(NAME, newer)).hasMessageContaining("is installed already");

        Order back = new Order("back", NAME, request.source(), sha256, false, 20_000);
        RemoteSeat again =
                new RemoteSeat(network.join("member-3"), "member-1a", new JacksonCodec(), Duration.ofSeconds(2));
        again.put(back, Path.of(request.source()));
        network.leave("member-3");
        member.packages().remove(NAME);
        allHave();
    }
}
