package org.kochab.runtime.vm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceleratorTest {
    @TempDir
    Path directory;

    private final List<String> tried = new ArrayList<>();

    private Accelerator accelerator(String wanted, boolean boots) {
        return new Accelerator(wanted, directory.resolve("device"), directory.resolve("known"), a -> {
            tried.add(a);
            return boots;
        });
    }

    @Test
    void kvmCountsOnlyOnceAMachineHasBootedWithIt() throws IOException {
        Files.createFile(directory.resolve("device"));
        assertThat(accelerator("auto", false).choose()).isEqualTo("tcg");
        assertThat(accelerator("auto", true).choose()).isEqualTo("tcg");
        assertThat(tried).containsExactly("kvm");
        Files.writeString(directory.resolve("known"), "another-boot tcg");
        assertThat(accelerator("auto", true).choose()).isEqualTo("kvm");
        assertThat(accelerator("auto", false).choose()).isEqualTo("kvm");
        assertThat(tried).containsExactly("kvm", "kvm");
    }

    @Test
    void withoutTheDeviceNothingIsTried() throws IOException {
        assertThat(accelerator("auto", true).choose()).isEqualTo("tcg");
        assertThat(accelerator("kvm", false).choose()).isEqualTo("kvm");
        assertThat(tried).isEmpty();
    }
}
