package org.kochab.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final Map<String, Object> TREE = Map.of(
            "spec", Map.of("size", 3L, "a.b", "dotted", "list", List.of("x", "y")),
            "status",
                    Map.of(
                            "conditions",
                            List.of(
                                    Map.of("type", "Live", "status", "False"),
                                    Map.of("type", "Ready", "status", "True", "code", 7L))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".spec.size | 3",
                ".spec['a.b'] | dotted",
                ".spec.a\\.b | dotted",
                ".spec.list[1] | y",
                ".spec.list[-1] | y",
                ".spec.list[*] | x",
                ".status.conditions[?(@.type==\"Ready\")].status | True",
                ".status.conditions[?(@.type == 'Ready')].status | True",
                ".status.conditions[?(@.type!=\"Ready\")].type | Live",
                ".status.conditions[?(@.code==7)].type | Ready",
            })
    void findsTheFirstValue(String path, String value) {
        assertThat(JsonPath.parse(path).first(TREE)).hasToString("Optional[" + value + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".spec.none", ".spec.size.x", ".spec.list[2]", ".status.conditions[?(@.type==\"No\")].status"})
    void whatIsNotThereIsEmpty(String path) {
        assertThat(JsonPath.parse(path).first(TREE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "spec",
                "..size",
                "$.spec",
                ".spec.list[0:1]",
                ".spec.list[0,1]",
                ".a[?(@.x>1)]",
                ".a[?(@.x)]",
                "{.spec}",
                ".a[(1)]"
            })
    void whatIsNotKnownIsRefused(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write it with .field");
    }

    @Test
    void whatIsLongerThanAnyPathIsRefused() {
        assertThatThrownBy(() -> JsonPath.parse("." + "a".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than 1000 letters");
    }

    @Test
    void theFirstNamesAreTold() {
        assertThat(JsonPath.parse(".metadata.labels['a/b'][0].c").names()).containsExactly("metadata", "labels", "a/b");
    }
}
