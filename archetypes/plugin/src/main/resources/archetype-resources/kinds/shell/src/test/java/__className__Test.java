package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;

class ${className}Test {
    private static Resource pod(String name) {
        return new Pod("v1", "Pod", ObjectMeta.named(name), null, null);
    }

    @Test
    void countsPageByPage() {
        Map<String, Integer> phases = new TreeMap<>();

        ${className}.count(List.of(pod("a"), pod("b")), phases);
        ${className}.count(List.of(pod("c")), phases);

        assertThat(phases).containsExactly(Map.entry("Pending", 3));
    }

    /** {@code kochab} is the platform's. */
    @Test
    void theScopeIsOurOwn() {
        assertThat(${className}.class.getAnnotation(Command.class).scope()).isEqualTo("${artifactId}");
    }
}
