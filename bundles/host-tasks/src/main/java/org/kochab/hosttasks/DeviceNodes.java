package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.runtime.RuntimeFailure;

/** Device nodes for a process, which sees the node's own files: nothing is made for it, but what it could not use is refused. */
final class DeviceNodes {
    private static final int READ = 4;
    private static final int WRITE = 2;

    private DeviceNodes() {}

    /** @throws RuntimeFailure if a process of this user cannot have the device node as it is to be given */
    static void check(DeviceAccess.Node node, long uid, long gid) {
        if (!node.source().equals(Path.of(node.target()))) {
            throw invalid("device " + node.source() + " is to be seen as " + node.target()
                    + ", but a process sees the node's own files: use runtimeClassName oci");
        }
        if (!node.permissions().startsWith("rw")) {
            throw invalid("device " + node.source() + " is given with permissions '" + node.permissions()
                    + "' only, which cannot be enforced for a process: use runtimeClassName oci");
        }
        try {
            Map<String, Object> is = Files.readAttributes(node.source(), "unix:mode,uid,gid");
            int shift = uid == (Integer) is.get("uid") ? 6 : gid == (Integer) is.get("gid") ? 3 : 0;
            int may = (Integer) is.get("mode") >> shift;
            if (uid != 0 && (may & (READ | WRITE)) != (READ | WRITE)) {
                throw invalid("device " + node.source() + " cannot be opened by user " + uid + " with group " + gid
                        + ": it belongs to user " + is.get("uid") + " and group " + is.get("gid")
                        + "; set securityContext.runAsGroup, or change its mode on the node");
            }
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "device " + node.source() + " is not on the node: " + e, e);
        }
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(RuntimeFailure.Code.INVALID, message);
    }
}
