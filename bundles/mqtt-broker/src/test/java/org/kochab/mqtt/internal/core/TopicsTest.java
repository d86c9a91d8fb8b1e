package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    private final Topics topics = new Topics(Limits.defaults());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a+",
                "a/+b",
                "#/a",
                "a/#b",
                "a#",
                "$share/",
                "$share//a",
                "$share/g",
                "$share/g/",
                "$share/+/a",
                "$share/g#/a",
                "$share/g/a#",
                "a\nb",
                "a\u007Fb"
            })
    void refusesFilters(String filter) {
        assertThat(topics.parse(filter)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "/", "//", "a", "a/#", "+/a/+", "/+", "$SYS/#", "ü/+", "a b"})
    void acceptsFilters(String filter) {
        assertThat(topics.parse(filter))
                .hasValueSatisfying(parsed -> assertThat(parsed.shared()).isFalse());
    }

    @Test
    void takesSharedFiltersApart() {
        assertThat(topics.parse("$share/group/a/+")).hasValueSatisfying(parsed -> {
            assertThat(parsed.group()).isEqualTo("group");
            assertThat(parsed.filter()).isEqualTo("a/+");
            assertThat(parsed.levels()).containsExactly("a", "+");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#", "a/+", "$SYS/x", "$share/g/a", "a\tb"})
    void refusesNames(String name) {
        assertThat(topics.validName(name)).isFalse();
    }

    @Test
    void boundsLengthAndDepth() {
        assertThat(topics.validName("x".repeat(1_024))).isTrue();
        assertThat(topics.validName("x".repeat(1_025))).isFalse();
        assertThat(topics.validName("/".repeat(31))).isTrue();
        assertThat(topics.validName("/".repeat(32))).isFalse();
        assertThat(topics.parse("/".repeat(32))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/c, false",
        "a/+, a/b, true",
        "a/+, a, false",
        "a/+, a/, true",
        "a/#, a, true",
        "a/#, a/b/c, true",
        "#, a, true",
        "#, $SYS/a, false",
        "+/a, $SYS/a, false",
        "$SYS/#, $SYS/a, true",
        "+/+, /a, true",
        "/+, /a, true",
        "+, /a, false",
        "a/b, a, false",
        "a, a/b, false"
    })
    void matches(String filter, String name, boolean expected) {
        assertThat(Topics.matches(Topics.levels(filter), Topics.levels(name))).isEqualTo(expected);
    }
}
