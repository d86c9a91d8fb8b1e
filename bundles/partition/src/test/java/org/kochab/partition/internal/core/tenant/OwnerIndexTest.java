package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.ObjectMeta.OwnerReference;

class OwnerIndexTest {
    private final OwnerIndex index = new OwnerIndex();

    @Test
    void findsWhatNobodyControls() {
        index.put("pods/a", List.of());
        index.put("pods/b", List.of(owner("u1", true)));
        index.put("pods/c", List.of(owner("u1", null)));
        index.put("sets/d", List.of());
        assertThat(index.dependents(OwnerIndex.NOBODY, "pods/")).containsExactly("pods/a", "pods/c");
        assertThat(index.dependents("u1", "pods/")).containsExactly("pods/b", "pods/c");

        index.put("pods/a", List.of(owner("u1", true)));
        index.put("pods/b", List.of());
        index.remove("pods/c");
        assertThat(index.dependents(OwnerIndex.NOBODY, "pods/")).containsExactly("pods/b");
        assertThat(index.dependents("u1", "pods/")).containsExactly("pods/a");
    }

    private static OwnerReference owner(String uid, @Nullable Boolean controller) {
        return new OwnerReference("apps/v1", "ReplicaSet", "set", uid, controller, null);
    }
}
