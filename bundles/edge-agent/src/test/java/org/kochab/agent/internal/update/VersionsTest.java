package org.kochab.agent.internal.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.link.Command;
import org.kochab.api.model.Node;

class VersionsTest {
    @TempDir
    private Path directory;

    private Path base;
    private Path installed;

    @BeforeEach
    void install() throws Exception {
        base = Files.createDirectories(directory.resolve("base"));
        installed = Files.createDirectories(directory.resolve("installed"));
        Files.createDirectories(installed.resolve("bundle"));
    }

    /** As the launcher starts the installed version. */
    private Versions started() throws Exception {
        return new Versions(new Launcher(installed, base, "1.0"));
    }

    /** As the launcher starts another one. */
    private Versions started(String version) throws Exception {
        return new Versions(new Launcher(base.resolve("versions").resolve(version), base, version));
    }

    private Command.Update update(String id, String version) throws Exception {
        Path archive = Tar.distribution(version)
                .add("agent/optional/kochab-runtime-vm-" + version + ".jar", '0', 0644, "vm")
                .add("agent/optional/kochab-runtime-wasm-" + version + ".jar", '0', 0644, "wasm")
                .add("agent/bundle/kochab-codec-" + version + ".jar", '0', 0644, "codec")
                .write(directory.resolve(version + ".tar.gz"));
        return new Command.Update(id, version, archive.toUri().toString(), Tar.digest(archive));
    }

    private void giveUp(String id, String why) throws Exception {
        Files.writeString(base.resolve("versions/trial"), "update=" + id + "\ntries=1\nfailed=" + why + "\n");
    }

    @Test
    void aHealthyVersionIsKeptAndTheOneBeforeTheFormerIsRemoved() throws Exception {
        assertThat(started().stage(update("a", "2.0"))).isTrue();
        Versions second = started("2.0");
        assertThat(second.isTrial()).isTrue();
        assertThat(second.last().orElseThrow().result()).isEqualTo(Node.AgentUpdate.UPDATING);
        second.keep();
        assertThat(second.isTrial()).isFalse();
        assertThat(second.last()).contains(new Node.AgentUpdate("a", "2.0", Node.AgentUpdate.SUCCEEDED, null));

        second.stage(update("b", "3.0"));
        started("3.0").keep();
        Versions third = started("3.0");
        third.stage(update("c", "4.0"));
        started("4.0").keep();
        started("4.0").prune();

        assertThat(base.resolve("versions/4.0")).isDirectory();
        assertThat(base.resolve("versions/3.0")).isDirectory();
        assertThat(base.resolve("versions/2.0")).doesNotExist();
    }

    @Test
    void whyTheLauncherGaveAVersionUpIsKnownForGood() throws Exception {
        started().stage(update("a", "2.0"));
        giveUp("other", "it was not healthy");
        assertThat(started().last().orElseThrow().result()).isEqualTo(Node.AgentUpdate.UPDATING);
        giveUp("a", "it ended with status 3");

        Node.AgentUpdate expected =
                new Node.AgentUpdate("a", "2.0", Node.AgentUpdate.ROLLED_BACK, "it ended with status 3");
        assertThat(started().last()).contains(expected);
        Files.delete(base.resolve("versions/trial"));
        assertThat(started().last()).contains(expected);
    }

    @Test
    void anAttemptIsMadeOnce() throws Exception {
        Command.Update update = update("a", "2.0");
        started().stage(update);
        giveUp("a", "it ended with status 3");
        assertThatThrownBy(() -> started().stage(update)).hasMessage("it ended with status 3");
        assertThat(started().stage(update("b", "2.0"))).isTrue();
    }

    @Test
    void optionalDriversThatAreThereAreThereAfterwards() throws Exception {
        Files.writeString(installed.resolve("bundle/kochab-runtime-vm-1.0.jar"), "old");
        started().stage(update("a", "2.0"));
        Path fresh = base.resolve("versions/2.0");
        assertThat(fresh.resolve("bundle/kochab-runtime-vm-2.0.jar")).hasContent("vm");
        assertThat(fresh.resolve("bundle/kochab-runtime-wasm-2.0.jar")).doesNotExist();
        assertThat(fresh.resolve("bundle/kochab-codec-2.0.jar")).exists();
    }

    @Test
    void whatIsRefusedLeavesNothingButItsReason() throws Exception {
        Command.Update good = update("a", "2.0");
        Command.Update other = new Command.Update("a", "2.1", good.url(), good.sha256());
        assertThatThrownBy(() -> started().stage(other)).hasMessageContaining("VERSION is 2.0, not 2.1");
        assertThat(started().last().orElseThrow())
                .isEqualTo(new Node.AgentUpdate(
                        "a", "2.1", Node.AgentUpdate.REFUSED, "the archive's VERSION is 2.0, not 2.1"));
        try (var left = Files.list(base.resolve("versions"))) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
        for (Command.Update wrong : new Command.Update[] {
            new Command.Update("../a", "2.0", good.url(), good.sha256()),
            new Command.Update("a\nb=c", "2.0", good.url(), good.sha256()),
            new Command.Update("b", "../2.0", good.url(), good.sha256()),
            new Command.Update("b", "2.0", good.url(), "abc"),
            new Command.Update("b", "2.0", "ftp://example.org/x", good.sha256()),
            new Command.Update("b", "2.0", "http://192.0.2.1/x", good.sha256()),
            new Command.Update("b", "2.0", "no url", good.sha256())
        }) {
            assertThatThrownBy(() -> started().stage(wrong)).isInstanceOf(UpdateException.class);
        }
    }

    @Test
    void whatIsBeingTriedIsNotUpdated() throws Exception {
        started().stage(update("a", "2.0"));
        assertThatThrownBy(() -> started("2.0").stage(update("b", "3.0")))
                .hasMessageContaining("is itself being tried");
        assertThat(started("2.0").last().orElseThrow().id()).isEqualTo("a");
    }

    @Test
    void whatRunsAlreadyIsNotFetched() throws Exception {
        assertThat(started().stage(new Command.Update("a", "1.0", "file:///there/is/nothing", "0".repeat(64))))
                .isFalse();
    }

    /** The power may go between any two writes: what was there before counts. */
    @Test
    void halfAVersionDoesNotCount() throws Exception {
        Path half = Files.createDirectories(base.resolve("versions/2.0/bin"));
        Files.writeString(half.resolve("run"), "half");
        Files.createDirectories(base.resolve("versions/.fresh/bin"));
        Versions versions = started();
        assertThat(versions.isTrial()).isFalse();

        versions.stage(update("a", "2.0"));

        assertThat(base.resolve("versions/2.0/VERSION")).hasContent("2.0");
        assertThat(base.resolve("versions/2.0/bin/run")).isExecutable();
        assertThat(base.resolve("versions/.fresh")).doesNotExist();
    }
}
