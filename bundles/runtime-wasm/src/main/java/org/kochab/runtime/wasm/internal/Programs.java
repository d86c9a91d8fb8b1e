package org.kochab.runtime.wasm.internal;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;

/** Programs by the digest of their module, loaded one at a time. What no task runs is let go when memory is short. Any thread; blocks. */
final class Programs {
    private static final int KEPT = 64;

    private final ModuleFiles files;
    private final long mostLoading;
    private final boolean interpreter;
    private final Map<String, SoftReference<Program>> loaded = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SoftReference<Program>> eldest) {
            return size() > KEPT;
        }
    };

    /** @param mostLoading bytes of heap that loading one module may take */
    Programs(ModuleFiles files, long mostLoading, boolean interpreter) {
        this.files = files;
        this.mostLoading = mostLoading;
        this.interpreter = interpreter;
    }

    /** @throws RuntimeFailure if there is no such module, or none that can be run here */
    Program get(Container container) {
        String image = String.valueOf(container.image());
        byte[] bytes = files.read(container.image() == null ? "" : image, !"Never".equals(container.imagePullPolicy()));
        return load(image, bytes);
    }

    synchronized Program load(String image, byte[] bytes) {
        String digest = ModuleFiles.digest(bytes);
        SoftReference<Program> kept = loaded.get(digest);
        @Nullable Program program = kept == null ? null : kept.get();
        if (program == null) {
            long loading = Weight.loading(image, bytes);
            if (loading > mostLoading) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.INVALID,
                        "image " + image + ": loading it may take " + Budget.kib(loading) + ", more than the "
                                + Budget.kib(mostLoading)
                                + " this agent has for modules: make it smaller, or give the agent a larger heap");
            }
            program = Program.load(image, bytes, loading, interpreter);
            loaded.put(digest, new SoftReference<>(program));
        }
        return program;
    }
}
