package org.kochab.mqtt.internal.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All subscriptions, by the levels of their filters. A lookup costs what matches, not what is subscribed. */
final class SubscriptionTree {
    private final Level root = new Level();
    private int size;

    /** One level of filters; what is null is empty, since most levels have a single child or a single subscription. */
    private static final class Level {
        @Nullable
        Map<String, Level> children;

        @Nullable
        List<Subscription> plain;

        @Nullable
        Map<String, Group> groups;

        @Nullable
        Level child(String name) {
            return children == null ? null : children.get(name);
        }

        boolean empty() {
            return children == null && plain == null && groups == null;
        }
    }

    /** The members of one shared subscription, served in turn. */
    static final class Group {
        private final List<Subscription> members = new ArrayList<>(2);
        private int next;

        /** The next member who can take a message now, else the next whose session can keep it. */
        @Nullable
        Subscription choose() {
            Subscription fallback = null;
            for (int i = 0; i < members.size(); i++) {
                Subscription candidate = members.get((next + i) % members.size());
                if (candidate.session().ready()) {
                    next = (next + i + 1) % members.size();
                    return candidate;
                }
                if (fallback == null
                        || !fallback.session().connected()
                                && candidate.session().connected()) {
                    fallback = candidate;
                }
            }
            return fallback;
        }
    }

    /** There must be no subscription of this session with the same key. */
    void add(Subscription subscription) {
        Level level = root;
        for (String name : subscription.filter().levels()) {
            if (level.children == null) {
                level.children = new HashMap<>(2);
            }
            level = level.children.computeIfAbsent(name, n -> new Level());
        }
        if (subscription.filter().shared()) {
            if (level.groups == null) {
                level.groups = new LinkedHashMap<>(2);
            }
            level.groups
                    .computeIfAbsent(subscription.filter().group(), g -> new Group())
                    .members
                    .add(subscription);
        } else {
            if (level.plain == null) {
                level.plain = new ArrayList<>(1);
            }
            level.plain.add(subscription);
        }
        size++;
    }

    void remove(Subscription subscription) {
        if (remove(root, subscription, 0)) {
            size--;
        }
    }

    int size() {
        return size;
    }

    /** Hands over every plain subscription and every group that selects the topic. */
    void match(String[] topic, Consumer<Subscription> plain, Consumer<Group> groups) {
        match(root, topic, 0, plain, groups);
    }

    private void match(Level level, String[] topic, int depth, Consumer<Subscription> plain, Consumer<Group> groups) {
        boolean wild = depth > 0 || !topic[0].startsWith("$");
        Level rest = wild ? level.child("#") : null;
        if (rest != null) {
            visit(rest, plain, groups);
        }
        if (depth == topic.length) {
            visit(level, plain, groups);
            return;
        }
        Level exact = level.child(topic[depth]);
        if (exact != null) {
            match(exact, topic, depth + 1, plain, groups);
        }
        Level any = wild ? level.child("+") : null;
        if (any != null) {
            match(any, topic, depth + 1, plain, groups);
        }
    }

    private static void visit(Level level, Consumer<Subscription> plain, Consumer<Group> groups) {
        if (level.plain != null) {
            level.plain.forEach(plain);
        }
        if (level.groups != null) {
            level.groups.values().forEach(groups);
        }
    }

    private static boolean remove(Level level, Subscription subscription, int depth) {
        String[] levels = subscription.filter().levels();
        if (depth == levels.length) {
            return subscription.filter().shared()
                    ? removeShared(level, subscription)
                    : removePlain(level, subscription);
        }
        Level child = level.child(levels[depth]);
        if (child == null || level.children == null) {
            return false;
        }
        boolean removed = remove(child, subscription, depth + 1);
        if (child.empty()) {
            level.children.remove(levels[depth]);
            if (level.children.isEmpty()) {
                level.children = null;
            }
        }
        return removed;
    }

    private static boolean removePlain(Level level, Subscription subscription) {
        if (level.plain == null || !drop(level.plain, subscription)) {
            return false;
        }
        if (level.plain.isEmpty()) {
            level.plain = null;
        }
        return true;
    }

    private static boolean removeShared(Level level, Subscription subscription) {
        String name = subscription.filter().group();
        Group group = level.groups == null ? null : level.groups.get(name);
        if (group == null || level.groups == null || !drop(group.members, subscription)) {
            return false;
        }
        if (group.members.isEmpty()) {
            level.groups.remove(name);
            if (level.groups.isEmpty()) {
                level.groups = null;
            }
        } else {
            group.next %= group.members.size();
        }
        return true;
    }

    private static boolean drop(List<Subscription> list, Subscription subscription) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) == subscription) {
                list.remove(i);
                return true;
            }
        }
        return false;
    }
}
