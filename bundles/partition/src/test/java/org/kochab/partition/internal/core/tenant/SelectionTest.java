package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.LabelSelector.Requirement;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.codec.JacksonCodec;

class SelectionTest {
    private static final ObjectRules RULES = new ObjectRules();
    private final Decoded decoded = new Decoded(new JacksonCodec(), 4, () -> 0);

    private Resource pod(int i) {
        String node = i % 3 == 0 ? "" : "  nodeName: node-" + i % 5 + "\n";
        return decoded.codec()
                .manifest(
                        ("apiVersion: v1\nkind: Pod\nmetadata: {name: p-" + i + ", namespace: default, labels: {app: a-"
                                        + i % 4
                                        + ", tier: \"\"}}\nspec:\n" + node
                                        + "  containers: [{name: a-9, image: node-9}]\n")
                                .getBytes(StandardCharsets.UTF_8),
                        Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    private static Query labels(Map<String, String> equal) {
        return Query.namespace(null).withLabels(new LabelSelector(equal, List.of()));
    }

    private static Query fields(Map<String, String> fields) {
        return Query.namespace(null).withFields(fields);
    }

    @Test
    void bytesNeverDenyWhatMatches() {
        List<Query> queries = new ArrayList<>(List.of(
                labels(Map.of()),
                labels(Map.of("tier", "")),
                labels(Map.of("app", "a-2", "tier", "")),
                fields(Map.of("spec.nodeName", "")),
                fields(Map.of("status.phase", "Pending")),
                fields(Map.of("status.phase", "")),
                Query.namespace(null)
                        .withLabels(new LabelSelector(
                                Map.of(), List.of(new Requirement("app", "NotIn", List.of("a-1")))))));
        for (int i = 0; i < 5; i++) {
            queries.add(labels(Map.of("app", "a-" + i)));
            queries.add(fields(Map.of("spec.nodeName", "node-" + i)));
            queries.add(fields(Map.of("metadata.name", "p-" + i, "spec.nodeName", "node-" + i)));
        }
        int matching = 0;
        for (Query query : queries) {
            Selection selection = new Selection(RULES, Kind.POD, query);
            for (int i = 0; i < 60; i++) {
                Resource pod = pod(i);
                for (long era : new long[] {0, 7}) {
                    if (selection.matches(pod)) {
                        matching++;
                        assertThat(selection.mayMatch(decoded.encode(pod, era)))
                                .as("%s %s", query, pod)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(matching).isGreaterThan(500);
    }

    @Test
    void bytesDenyWhatHasNotTheValue() {
        byte[] stored = decoded.encode(pod(1), 0);
        assertThat(new Selection(RULES, Kind.POD, labels(Map.of("app", "a-3"))).mayMatch(stored))
                .isFalse();
        assertThat(new Selection(RULES, Kind.POD, fields(Map.of("spec.nodeName", "node"))).mayMatch(stored))
                .isFalse();
        assertThat(new Selection(RULES, Kind.POD, fields(Map.of("spec.nodeName", "node-1"))).mayMatch(stored))
                .isTrue();
    }

    @Test
    void aNeedleIsFoundWhereverItIs() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String hay = letters(random, random.nextInt(40));
            String needle = letters(random, 1 + random.nextInt(5));
            assertThat(new Needle(needle).isIn(hay.getBytes(StandardCharsets.UTF_8)))
                    .as("%s in %s", needle, hay)
                    .isEqualTo(hay.contains(needle));
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abü".charAt(random.nextInt(3)));
        }
        return text.toString();
    }
}
