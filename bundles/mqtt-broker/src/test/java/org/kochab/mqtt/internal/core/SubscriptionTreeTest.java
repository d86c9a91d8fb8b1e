package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.packet.Message;
import org.kochab.spi.mqtt.MqttPrincipal;

/** The indexes against plain scans, over generated filters and topics. */
class SubscriptionTreeTest {
    private static final String[] WORDS = {"a", "b", "", "$x", "+", "#"};

    private final Topics topics = new Topics(Limits.defaults());
    private final Random random = new Random(20_260_101);
    private final Session session = new Session(
            "s", new MqttPrincipal.Trusted("t"), new Outbox(Limits.defaults(), new Budget(1), new Counters(), 1, 1));

    @Test
    void findsWhatAScanFinds() {
        for (int round = 0; round < 200; round++) {
            SubscriptionTree tree = new SubscriptionTree();
            List<Subscription> all = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                if (random.nextInt(3) > 0 || all.isEmpty()) {
                    topics.parse(text(WORDS.length)).ifPresent(filter -> {
                        Subscription added = new Subscription(session, filter.filter(), filter, 0, false, false, 0);
                        tree.add(added);
                        all.add(added);
                    });
                } else {
                    tree.remove(all.remove(random.nextInt(all.size())));
                }
                String[] topic = Topics.levels(text(4));
                List<Subscription> found = new ArrayList<>();
                tree.match(topic, found::add, group -> {});
                assertThat(found)
                        .as(String.join("/", topic))
                        .containsExactlyInAnyOrderElementsOf(all.stream()
                                .filter(s -> Topics.matches(s.filter().levels(), topic))
                                .toList());
                assertThat(tree.size()).isEqualTo(all.size());
            }
        }
    }

    @Test
    void findsRetainedMessagesAScanFinds() {
        for (int round = 0; round < 200; round++) {
            RetainedMessages retained = new RetainedMessages(Limits.defaults());
            List<String> all = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                String topic = text(3);
                if (topics.validName(topic) && !all.contains(topic)) {
                    all.add(topic);
                    retained.put(new Message(topic, new byte[1], 0, true, new byte[0], Message.NEVER));
                }
            }
            for (int i = 0; i < 30; i++) {
                topics.parse(text(WORDS.length)).ifPresent(filter -> assertThat(retained.matching(filter))
                        .as(filter.filter())
                        .containsExactlyInAnyOrderElementsOf(all.stream()
                                .filter(t -> Topics.matches(filter.levels(), Topics.levels(t)))
                                .toList()));
            }
        }
    }

    @Test
    void leavesNothingBehind() {
        SubscriptionTree tree = new SubscriptionTree();
        for (String text : new String[] {"a/b/c", "a/b", "a/+/#", "$share/g/a/b", "$share/g/a"}) {
            Topics.Filter filter = topics.parse(text).orElseThrow();
            Subscription subscription = new Subscription(session, text, filter, 0, false, false, 0);
            tree.add(subscription);
            tree.remove(subscription);
            tree.remove(subscription);
        }
        assertThat(tree.size()).isZero();
        List<Object> found = new ArrayList<>();
        tree.match(new String[] {"a", "b"}, found::add, found::add);
        assertThat(found).isEmpty();
    }

    private String text(int words) {
        int levels = 1 + random.nextInt(4);
        List<String> text = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            text.add(WORDS[random.nextInt(words)]);
        }
        return String.join("/", text);
    }
}
