package org.kochab.mqtt.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Message;

/** The last retained message of each topic, until it expires or an empty one clears it. */
final class RetainedMessages {
    private record Entry(Message message, Deadlines.@Nullable Deadline<String> expiry) {}

    private final TreeMap<String, Entry> byTopic = new TreeMap<>();
    private final Deadlines<String> expiries = new Deadlines<>();
    private final int limit;
    private final Budget budget;

    RetainedMessages(Limits limits) {
        limit = limits.retainedMessages();
        budget = new Budget(limits.retainedBytes());
    }

    /** False if there is no room, in which case the topic keeps the message it had. */
    boolean put(Message message) {
        String topic = message.topic();
        Entry before = byTopic.get(topic);
        if (message.payload().length == 0) {
            remove(topic);
            return true;
        }
        if (before == null && byTopic.size() == limit) {
            return false;
        }
        long growth = message.charge() - (before == null ? 0 : before.message().charge());
        if (!budget.take(growth)) {
            return false;
        }
        if (before != null && before.expiry() != null) {
            expiries.cancel(before.expiry());
        }
        var expiry = message.expiresAt() == Message.NEVER ? null : expiries.schedule(message.expiresAt(), topic);
        byTopic.put(topic, new Entry(message, expiry));
        return true;
    }

    @Nullable
    Message get(String topic) {
        Entry entry = byTopic.get(topic);
        return entry == null ? null : entry.message();
    }

    /** Topics that the filter selects, in order. Costs a walk over the topics that begin as the filter does. */
    List<String> matching(Topics.Filter filter) {
        List<String> found = new ArrayList<>();
        String text = filter.filter();
        int wildcard = firstWildcard(text);
        if (wildcard < 0) {
            if (byTopic.containsKey(text)) {
                found.add(text);
            }
            return found;
        }
        String prefix = text.substring(0, wildcard);
        if (wildcard > 0 && text.charAt(wildcard) == '#' && byTopic.containsKey(text.substring(0, wildcard - 1))) {
            found.add(text.substring(0, wildcard - 1));
        }
        for (Map.Entry<String, Entry> entry : byTopic.tailMap(prefix).entrySet()) {
            String topic = entry.getKey();
            if (!topic.startsWith(prefix)) {
                break;
            }
            if (Topics.matches(filter.levels(), Topics.levels(topic))) {
                found.add(topic);
            }
        }
        return found;
    }

    void expire(long now) {
        expiries.expire(now, this::forget);
    }

    int size() {
        return byTopic.size();
    }

    long bytes() {
        return budget.used();
    }

    private void remove(String topic) {
        Entry before = byTopic.get(topic);
        if (before != null && before.expiry() != null) {
            expiries.cancel(before.expiry());
        }
        forget(topic);
    }

    private void forget(String topic) {
        Entry before = byTopic.remove(topic);
        if (before != null) {
            budget.giveBack(before.message().charge());
        }
    }

    private static int firstWildcard(String filter) {
        for (int i = 0; i < filter.length(); i++) {
            if (filter.charAt(i) == '+' || filter.charAt(i) == '#') {
                return i;
            }
        }
        return -1;
    }
}
