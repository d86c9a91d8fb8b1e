package org.kochab.testkit.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.spi.admission.AdmissionContext;

/** What else there is in a tenant: a list of objects. Not thread-safe while it is filled. */
public final class TestContext implements AdmissionContext {
    private final List<Resource> objects = new ArrayList<>();

    public TestContext add(Resource object) {
        objects.add(object);
        return this;
    }

    @Override
    public Optional<Resource> get(Kind kind, @Nullable String namespace, String name) {
        return list(kind, namespace).stream()
                .filter(r -> name.equals(r.metadata().name()))
                .findFirst();
    }

    @Override
    public List<Resource> list(Kind kind, @Nullable String namespace) {
        return objects.stream()
                .filter(r -> kind.type().isInstance(r))
                .filter(r -> namespace == null || namespace.equals(r.metadata().namespace()))
                .toList();
    }
}
