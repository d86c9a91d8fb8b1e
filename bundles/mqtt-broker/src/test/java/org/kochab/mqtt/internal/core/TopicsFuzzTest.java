package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttPrincipal;

/** Any texts as topics and filters, and as names of a node: the tree finds what matches, and no node gets out of its root. */
class TopicsFuzzTest {
    private static final int MOST_TEXTS = 16;
    private static final Limits LIMITS = Limits.defaults();
    private static final Topics TOPICS = new Topics(LIMITS);

    static Stream<byte[]> texts() {
        return Stream.of(
                        "rm-1\nn\nkochab/1/rm-1/n/up/birth\nkochab/1/rm-1/n/down/#\nkochab/1/rm-1/n/down/cmd/7\n#\n+/+/+/+/up/+",
                        "rm-1\nn\nkochab/1/rm-1/n/down/+/x\nkochab/1/rm-1/+/down/#\nkochab/1/rm-1/n/down/spec/x\nkochab/1/rm-1/n/up",
                        "rm\n+\nkochab/1/rm/+/up/x\nkochab/1/rm/a/up/x",
                        "a/b\n..\nkochab/1/a/b/../up/x\nkochab/1/rm-1/../up/x",
                        "x\ny\n$share/g/kochab/1/x/y/down/#\n$share/g/#\n$share//a\n$share/g/\n$share/+/a\n$SYS/#\n+/a\n$SYS/a",
                        "x\ny\n/\n//\n+/\n/+\n#\n/#\na/#\na\na/\na/b/#/c\na+\n#a\n\u00e4/\ud83d\ude00/+")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("texts")
    @FuzzTest
    void topics(byte[] bytes) {
        List<String> texts = List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", MOST_TEXTS));
        List<Topics.Filter> filters =
                texts.stream().map(TOPICS::parse).flatMap(Optional::stream).toList();
        List<String> names = texts.stream().filter(TOPICS::validName).toList();
        treeFindsWhatMatches(filters, names);
        nodeStaysInItsRoot(node(texts), texts, names);
    }

    private static void treeFindsWhatMatches(List<Topics.Filter> filters, List<String> names) {
        Session session = new Session(
                "x", new MqttPrincipal.Trusted("x"), new Outbox(LIMITS, new Budget(1_000), new Counters(), 10, 1_000));
        SubscriptionTree tree = new SubscriptionTree();
        List<Subscription> all = new ArrayList<>();
        for (Topics.Filter filter : filters) {
            Subscription subscription = new Subscription(session, filter.filter(), filter, 0, false, false, 0);
            all.add(subscription);
            tree.add(subscription);
        }
        for (String name : names) {
            String[] levels = Topics.levels(name);
            assertThat(String.join("/", levels)).isEqualTo(name);
            List<Subscription> found = new ArrayList<>();
            List<SubscriptionTree.Group> groups = new ArrayList<>();
            tree.match(levels, found::add, groups::add);
            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(all.stream()
                            .filter(s -> !s.filter().shared()
                                    && Topics.matches(s.filter().levels(), levels))
                            .toList());
            assertThat(groups).hasSize((int) all.stream()
                    .map(Subscription::filter)
                    .filter(f -> f.shared() && Topics.matches(f.levels(), levels))
                    .map(f -> f.group() + "/" + f.filter())
                    .distinct()
                    .count());
        }
        all.forEach(tree::remove);
        assertThat(tree.size()).isZero();
        tree.match(new String[] {"a"}, s -> assertThat(s).isNull(), g -> assertThat(g)
                .isNull());
    }

    private static MqttPrincipal.Node node(List<String> texts) {
        try {
            return new MqttPrincipal.Node(texts.get(0), texts.size() > 1 ? texts.get(1) : "n");
        } catch (IllegalArgumentException refused) {
            return new MqttPrincipal.Node("rm-1", "n");
        }
    }

    private static void nodeStaysInItsRoot(MqttPrincipal.Node node, List<String> texts, List<String> names) {
        NodeTopicsAuthoriser authoriser = new NodeTopicsAuthoriser();
        MqttPrincipal joining = new MqttPrincipal.Joining(node.resourceManager(), node.node());
        List<String> root = List.of("kochab", "1", node.resourceManager(), node.node());
        for (String name : names) {
            if (authoriser.allows(node, MqttAction.PUBLISH, name)) {
                assertThat(name.split("/", -1)).hasSizeGreaterThan(5).startsWith("kochab", "1");
                assertThat(List.of(name.split("/", -1)).subList(0, 4)).isEqualTo(root);
                assertThat(name.split("/", -1)[4]).isEqualTo("up");
            }
            if (authoriser.allows(joining, MqttAction.PUBLISH, name)) {
                assertThat(name).isEqualTo(String.join("/", root) + "/up/enrol");
            }
        }
        for (String text : texts) {
            Optional<Topics.Filter> filter = TOPICS.parse(text);
            if (filter.isEmpty() || !authoriser.allows(node, MqttAction.SUBSCRIBE, text)) {
                continue;
            }
            assertThat(filter.get().shared()).isFalse();
            for (String name : names) {
                if (Topics.matches(filter.get().levels(), Topics.levels(name))) {
                    assertThat(name).startsWith(String.join("/", root) + "/down");
                    assertThat(List.of(name.split("/", -1)).subList(0, 4)).isEqualTo(root);
                }
            }
        }
    }
}
