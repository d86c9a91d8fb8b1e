package org.kochab.runtime.vm.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;

/** What cloud-init in a guest is given, as its NoCloud source wants it: two files on a disk called CIDATA. */
final class CloudInit {
    private static final String NOTHING = "#cloud-config\n";

    private CloudInit() {}

    static boolean wanted(@Nullable VirtualMachine machine) {
        return machine != null && (machine.userData() != null || machine.publicKey() != null);
    }

    /** @param user who reads them; 0 for who writes them */
    static void write(TaskSpec task, Path directory, int user) throws IOException {
        VirtualMachine machine = java.util.Objects.requireNonNull(task.virtualMachine());
        Map<String, Object> meta = new TreeMap<>();
        meta.put("instance-id", task.podUid());
        meta.put("local-hostname", task.hostname() == null ? task.podName() : task.hostname());
        if (machine.publicKey() != null) {
            meta.put("public-keys", List.of(machine.publicKey()));
        }
        Files.createDirectories(directory);
        // There may be secrets in it.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        // JSON is YAML.
        Files.writeString(directory.resolve("meta-data"), new ObjectMapper().writeValueAsString(meta) + "\n");
        Files.write(directory.resolve("user-data"), userData(machine));
        if (user != 0) {
            Files.setAttribute(directory, "unix:uid", user);
        }
    }

    private static byte[] userData(VirtualMachine machine) {
        if (machine.userData() == null) {
            return NOTHING.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        }
        try {
            return Base64.getDecoder().decode(machine.userData());
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.INVALID, "virtualMachine.userData is not base64", e);
        }
    }
}
