package org.kochab.mqtt.internal.core;

import java.util.Optional;

/** Topic names and filters: what is valid, and how they are cut into levels. */
final class Topics {
    private static final String SHARE = "$share/";

    private final int maxLength;
    private final int maxLevels;

    Topics(Limits limits) {
        maxLength = limits.topicLength();
        maxLevels = limits.topicLevels();
    }

    /**
     * A topic filter taken apart.
     *
     * @param group name of the shared subscription, empty for a plain one
     * @param filter without {@code $share/group/}
     */
    record Filter(String group, String filter, String[] levels) {
        boolean shared() {
            return !group.isEmpty();
        }
    }

    /** Whether clients may publish there; names that begin with {@code $} are the broker's own. */
    boolean validName(String topic) {
        return plausible(topic) && topic.charAt(0) != '$' && topic.indexOf('#') < 0 && topic.indexOf('+') < 0;
    }

    Optional<Filter> parse(String text) {
        if (!plausible(text)) {
            return Optional.empty();
        }
        if (!text.startsWith(SHARE)) {
            return filter("", text);
        }
        int end = text.indexOf('/', SHARE.length());
        if (end <= SHARE.length() || end == text.length() - 1) {
            return Optional.empty();
        }
        String group = text.substring(SHARE.length(), end);
        if (group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
            return Optional.empty();
        }
        return filter(group, text.substring(end + 1));
    }

    private static Optional<Filter> filter(String group, String filter) {
        String[] levels = levels(filter);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            boolean hash = level.indexOf('#') >= 0;
            if (hash && (level.length() > 1 || i < levels.length - 1)
                    || level.indexOf('+') >= 0 && level.length() > 1) {
                return Optional.empty();
            }
        }
        return Optional.of(new Filter(group, filter, levels));
    }

    /** Whether a valid filter selects a valid name. */
    static boolean matches(String[] filter, String[] name) {
        if (name[0].startsWith("$") && !filter[0].equals(name[0])) {
            return false;
        }
        for (int i = 0; i < filter.length; i++) {
            if (filter[i].equals("#")) {
                return true;
            }
            if (i >= name.length || !filter[i].equals("+") && !filter[i].equals(name[i])) {
                return false;
            }
        }
        return filter.length == name.length;
    }

    static String[] levels(String topic) {
        int count = 1;
        for (int i = 0; i < topic.length(); i++) {
            if (topic.charAt(i) == '/') {
                count++;
            }
        }
        String[] levels = new String[count];
        int start = 0;
        for (int i = 0; i < count; i++) {
            int slash = topic.indexOf('/', start);
            int end = slash < 0 ? topic.length() : slash;
            levels[i] = topic.substring(start, end);
            start = end + 1;
        }
        return levels;
    }

    private boolean plausible(String topic) {
        if (topic.isEmpty() || topic.length() > maxLength) {
            return false;
        }
        int levels = 1;
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            if (Character.isISOControl(c)) {
                return false;
            }
            if (c == '/') {
                levels++;
            }
        }
        return levels <= maxLevels;
    }
}
