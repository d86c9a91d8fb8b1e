package org.kochab.hosttasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CgroupsTest {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /** Two agents of one machine may do so at once. */
    @Test
    void whoTriesWhatCanBeLimitedTakesNothingAwayFromOthersWhoDo() {
        Assumptions.assumeFalse(Files.exists(ROOT.resolve("cgroup.controllers")), "there is nothing to try");
        for (String controller : new Cgroups(ROOT, "kochab-test").limits()) {
            assertThat(ROOT.resolve(controller).resolve("kochab-test/probe")).isDirectory();
        }
    }
}
