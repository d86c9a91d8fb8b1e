package org.kochab.resourcetext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kochab.api.model.Container;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.LabelSelector.Requirement;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.PodStatus.ContainerStatus;
import org.kochab.api.model.PodStatus.State;

class RenderingTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "119,119s",
        "120,2m",
        "150,2m30s",
        "599,9m59s",
        "600,10m",
        "10799,179m",
        "10800,3h",
        "12000,3h20m",
        "28800,8h",
        "172799,47h",
        "172800,2d",
        "180000,2d2h",
        "8640000,100d",
        "94608000,3y"
    })
    void agesReadAsInKubectl(long seconds, String text) {
        assertThat(Ages.of(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1023,1023",
        "1024,1Ki",
        "512Mi,512Mi",
        "24536375296,22.9Gi",
        "1048575,1Mi",
        "1.5Ti,1.5Ti",
        "24033328Ki,22.9Gi",
        "<none>,<none>"
    })
    void sizesReadAsPeopleWriteThem(String quantity, String text) {
        assertThat(Sizes.of(quantity)).isEqualTo(text);
    }

    @Test
    void readsTimes() {
        assertThat(Ages.parse("--timeout", "30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(Ages.parse("--timeout", "5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(Ages.parse("--timeout", "60")).isEqualTo(Duration.ofSeconds(60));
        assertThatThrownBy(() -> Ages.parse("--timeout", "soon")).hasMessageContaining("--timeout is 'soon'");
    }

    @Test
    void tablesFitTheTerminal() {
        var table = new Table(
                List.of(
                        new Table.Column("NAME", false),
                        new Table.Column("MESSAGE", true),
                        new Table.Column("AGE", false)),
                List.of(List.of("a-long-name", "a message that is much too long for it", "5m")));
        assertThat(table.lines(0).get(1)).isEqualTo("a-long-name   a message that is much too long for it   5m");
        assertThat(table.lines(40))
                .containsExactly("NAME          MESSAGE                AGE", "a-long-name   a message that is m…   5m")
                .allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(40));
    }

    @Test
    void selectorsReadAsInKubectl() {
        assertThat(Selectors.labels("app=web,tier!=db, env in (a, b),!old,new,x==y"))
                .isEqualTo(new LabelSelector(
                        Map.of("app", "web", "x", "y"),
                        List.of(
                                new Requirement("tier", "NotIn", List.of("db")),
                                new Requirement("env", "In", List.of("a", "b")),
                                new Requirement("old", "DoesNotExist", List.of()),
                                new Requirement("new", "Exists", List.of()))));
        assertThat(Selectors.labels("env in (,a,),tier notin ()"))
                .isEqualTo(new LabelSelector(
                        Map.of(),
                        List.of(
                                new Requirement("env", "In", List.of("", "a", "")),
                                new Requirement("tier", "NotIn", List.of("")))));
        assertThat(Selectors.labels(null)).isNull();
        assertThat(Selectors.fields("spec.nodeName=n1")).containsEntry("spec.nodeName", "n1");
        assertThatThrownBy(() -> Selectors.fields("spec.colour=red")).hasMessageContaining("spec.colour=red");
        assertThat(List.of("a b", "app(", "a in (b", "a in (b)c", "(a)", "a)", "=b", "a!=b(c)", "a===b", "a=!b"))
                .allSatisfy(text -> assertThatThrownBy(() -> Selectors.labels(text))
                        .hasMessageContaining("Label selector '" + text + "' cannot be read"));
    }

    private static Pod pod(String phase, String reason, ContainerStatus... containers) {
        var status = new PodStatus(phase, reason, null, null, null, NOW, null, List.of(containers), null, null);
        return new Pod("v1", "Pod", ObjectMeta.named("p"), null, status);
    }

    private static ContainerStatus container(boolean ready, int restarts, State state) {
        return new ContainerStatus("c", null, null, null, ready, restarts, state, null, null);
    }

    @Test
    void podsAreSummedUpAsInKubectl() {
        var running = new State(null, new PodStatus.Running(NOW), null);
        var waiting = new State(new PodStatus.Waiting("CrashLoopBackOff", null), null, null);
        assertThat(PodLine.of(pod("Running", null, container(true, 1, running), container(false, 4, waiting))))
                .isEqualTo(new PodLine("1/2", "CrashLoopBackOff", 5));
        assertThat(PodLine.of(pod("Pending", "Unschedulable")).status()).isEqualTo("Unschedulable");
        assertThat(PodLine.of(pod("Failed", null, container(false, 0, ended(3, null))))
                        .status())
                .isEqualTo("ExitCode:3");
        assertThat(PodLine.of(pod("Failed", null, container(false, 0, ended(137, 9))))
                        .status())
                .isEqualTo("Signal:9");
        assertThat(PodLine.of(pod("Succeeded", null, container(false, 0, ended(0, null))))
                        .status())
                .isEqualTo("Completed");
        Pod going = pod("Running", null);
        assertThat(PodLine.of(going.withMetadata(going.metadata().withDeletion(NOW, 30)))
                        .status())
                .isEqualTo("Terminating");
    }

    private static State ended(int code, Integer signal) {
        return new State(null, null, new PodStatus.Terminated(code, signal, null, null, NOW, NOW));
    }

    @Test
    void eventsHaveTheirOwnColumns() {
        var event = new Event(
                "v1",
                "Event",
                ObjectMeta.named("e"),
                new Event.Involved("v1", "Pod", "default", "web-1", "uid"),
                "Warning",
                "FailedScheduling",
                "2 nodes have too little free cpu",
                null,
                3,
                NOW.minusSeconds(90),
                NOW.minusSeconds(5));
        assertThat(ResourceTables.of(Kind.EVENT, List.of(event), new ResourceTables.Shape(false, false, false), NOW)
                        .lines(0))
                .containsExactly(
                        "LAST SEEN   TYPE      REASON             OBJECT      MESSAGE",
                        "5s          Warning   FailedScheduling   pod/web-1   2 nodes have too little free cpu");
    }

    @Test
    void everyDocumentedFieldExists() {
        var docs = ResourceBundle.getBundle("org.kochab.resourcetext.fields");
        for (String key : docs.keySet()) {
            List<String> path = Arrays.asList(key.split("\\."));
            Class<?> root =
                    switch (path.get(0)) {
                        case "metadata" -> ObjectMeta.class;
                        case "probe" -> Container.Probe.class;
                        default -> kind(path.get(0)).type();
                    };
            assertThat(exists(root, path.subList(1, path.size()))).as(key).isTrue();
        }
    }

    private static Kind kind(String name) {
        return Kind.BUILT_IN.stream()
                .filter(k -> k.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean exists(Type root, List<String> path) {
        if (path.isEmpty()) {
            return true;
        }
        return FieldDocs.components(root).stream()
                .filter(c -> FieldDocs.name(c).equals(path.get(0)))
                .anyMatch(c -> exists(c.getGenericType(), path.subList(1, path.size())));
    }
}
