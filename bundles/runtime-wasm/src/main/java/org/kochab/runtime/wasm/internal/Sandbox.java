package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands before Chicory's WASI functions and refuses what they would allow: writing where a mount is read-only, following symbolic links, which
 * may lead out of a mount, opening what is neither file nor directory, and having this process set aside memory without end. One thread.
 */
final class Sandbox {
    private static final int MOST_FILES = 256;
    private static final int LONGEST_PATH = 4096;
    private static final int MOST_AT_ONCE = 64 * 1024;
    private static final int MOST_PIECES = 256;
    private static final int MOST_WAITS = 256;

    private static final int FIRST_DIRECTORY = 3;
    private static final int CREATE_OR_TRUNCATE = 1 | 8;
    private static final int APPEND = 1;
    private static final int FOLLOW = 1;
    private static final long RIGHT_TO_WRITE = 1 << 6;

    private static final int EACCES = 2;
    private static final int EINVAL = 28;
    private static final int ELOOP = 32;
    private static final int EMFILE = 33;
    private static final int ENAMETOOLONG = 37;
    private static final int ENOTSUP = 58;
    private static final int EPERM = 63;
    private static final int EROFS = 69;

    /** A directory of the node, seen by the module. */
    record Place(Path path, boolean readOnly) {}

    /** Why a call is refused. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        Refused(int errno) {
            super(null, null, false, false);
            this.errno = errno;
        }
    }

    private interface Check {
        void check(Memory memory, long[] args) throws Refused;
    }

    private final Map<Integer, Place> open = new HashMap<>();

    /** @param places in the order of their descriptors */
    Sandbox(List<Place> places) {
        places.forEach(place -> open.put(FIRST_DIRECTORY + open.size(), place));
    }

    HostFunction[] around(HostFunction[] functions) {
        return Arrays.stream(functions)
                .map(f -> new HostFunction(f.module(), f.name(), f.functionType(), guarded(f)))
                .toArray(HostFunction[]::new);
    }

    private WasmFunctionHandle guarded(HostFunction f) {
        WasmFunctionHandle call = f.handle();
        return switch (f.name()) {
            case "fd_read", "fd_write", "fd_pread", "fd_pwrite" -> (instance, args) -> bounded(call, instance, args);
            case "fd_close" -> (instance, args) -> close(call, instance, args);
            case "fd_renumber" -> (instance, args) -> renumber(call, instance, args);
            case "path_open" ->
                checked((instance, args) -> opened(call, instance, args), (memory, args) -> checkOpen(memory, args));
            case "fd_filestat_set_times" -> checked(call, (memory, args) -> writable(place(args[0])));
            case "path_filestat_set_times" -> checked(call, (m, a) -> writable(resolve(m, a[0], a[2], a[3], true)));
            case "path_filestat_get" -> checked(call, (m, a) -> resolve(m, a[0], a[2], a[3], (a[1] & FOLLOW) != 0));
            case "path_readlink" -> checked(call, (m, a) -> resolve(m, a[0], a[1], a[2], false));
            case "path_create_directory", "path_remove_directory", "path_unlink_file" ->
                checked(call, (m, a) -> writable(resolve(m, a[0], a[1], a[2], false)));
            case "path_rename" ->
                checked(call, (m, a) -> {
                    writable(resolve(m, a[0], a[1], a[2], false));
                    writable(resolve(m, a[3], a[4], a[5], false));
                });
            case "path_link", "path_symlink" ->
                checked(call, (m, a) -> {
                    throw new Refused(ENOTSUP);
                });
            case "poll_oneoff" ->
                checked(call, (m, a) -> {
                    if (Integer.compareUnsigned((int) a[2], MOST_WAITS) > 0) {
                        throw new Refused(EINVAL);
                    }
                });
            default -> call;
        };
    }

    private static WasmFunctionHandle checked(WasmFunctionHandle call, Check check) {
        return (instance, args) -> {
            try {
                check.check(instance.memory(), args);
            } catch (Refused e) {
                return new long[] {e.errno};
            }
            return call.apply(instance, args);
        };
    }

    private @Nullable Place place(long descriptor) {
        return open.get((int) descriptor);
    }

    /** @param place null for what Chicory will not find either */
    private static void writable(@Nullable Place place) throws Refused {
        if (place != null && place.readOnly()) {
            throw new Refused(EROFS);
        }
    }

    /**
     * @param whole whether the last name may not be a symbolic link either
     * @return what a path below a descriptor names; null if there is no such descriptor
     */
    private @Nullable Place resolve(Memory memory, long descriptor, long address, long length, boolean whole)
            throws Refused {
        Place base = place(descriptor);
        if (base == null) {
            return null;
        }
        if (Integer.compareUnsigned((int) length, LONGEST_PATH) > 0) {
            throw new Refused(ENAMETOOLONG);
        }
        Path path;
        try {
            String raw = new String(memory.readBytes((int) address, (int) length), StandardCharsets.UTF_8);
            path = Path.of(raw).normalize();
        } catch (InvalidPathException e) {
            throw new Refused(EINVAL);
        }
        if (path.isAbsolute() || path.startsWith("..")) {
            throw new Refused(EPERM);
        }
        Path at = base.path();
        for (int i = 0; i < path.getNameCount(); i++) {
            at = at.resolve(path.getName(i));
            if ((whole || i + 1 < path.getNameCount()) && Files.isSymbolicLink(at)) {
                throw new Refused(ELOOP);
            }
        }
        return new Place(base.path().resolve(path).normalize(), base.readOnly());
    }

    private void checkOpen(Memory memory, long[] args) throws Refused {
        Place target = resolve(memory, args[0], args[2], args[3], true);
        if (target == null) {
            return;
        }
        boolean writes =
                (args[4] & CREATE_OR_TRUNCATE) != 0 || (args[5] & RIGHT_TO_WRITE) != 0 || (args[7] & APPEND) != 0;
        if (writes) {
            writable(target);
        }
        if (open.size() >= MOST_FILES) {
            throw new Refused(EMFILE);
        }
        try {
            BasicFileAttributes there =
                    Files.readAttributes(target.path(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!there.isRegularFile() && !there.isDirectory()) {
                // A pipe or a device might hold the thread for ever.
                throw new Refused(EACCES);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new Refused(EACCES);
        }
    }

    private long[] opened(WasmFunctionHandle call, Instance instance, long[] args) {
        Memory memory = instance.memory();
        try {
            Place target = resolve(memory, args[0], args[2], args[3], true);
            long[] result = call.apply(instance, args);
            if (result[0] == 0 && target != null) {
                open.put(memory.readInt((int) args[8]), target);
            }
            return result;
        } catch (Refused e) {
            return new long[] {e.errno};
        }
    }

    private long[] close(WasmFunctionHandle call, Instance instance, long[] args) {
        long[] result = call.apply(instance, args);
        open.remove((int) args[0]);
        return result;
    }

    private long[] renumber(WasmFunctionHandle call, Instance instance, long[] args) {
        long[] result = call.apply(instance, args);
        if (result[0] == 0 && args[0] != args[1]) {
            Place moved = open.remove((int) args[0]);
            open.remove((int) args[1]);
            if (moved != null) {
                open.put((int) args[1], moved);
            }
        }
        return result;
    }

    /** Reads or writes less at once than asked for, as any system may: Chicory copies each piece as a whole. */
    private static long[] bounded(WasmFunctionHandle call, Instance instance, long[] args) {
        int vectors = (int) args[1];
        int count = (int) args[2];
        if (count == 0) {
            return call.apply(instance, args);
        }
        Memory memory = instance.memory();
        long[] less = args.clone();
        int first = memory.readInt(vectors + 4);
        if (Integer.compareUnsigned(first, MOST_AT_ONCE) > 0) {
            less[2] = 1;
            memory.writeI32(vectors + 4, MOST_AT_ONCE);
            try {
                return call.apply(instance, less);
            } finally {
                memory.writeI32(vectors + 4, first);
            }
        }
        long sum = first;
        int taken = 1;
        while (taken < Math.min(Integer.toUnsignedLong(count), MOST_PIECES)) {
            sum += Integer.toUnsignedLong(memory.readInt(vectors + 8 * taken + 4));
            if (sum > MOST_AT_ONCE) {
                break;
            }
            taken++;
        }
        less[2] = taken;
        return call.apply(instance, less);
    }
}
