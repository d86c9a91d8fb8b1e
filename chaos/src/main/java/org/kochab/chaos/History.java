package org.kochab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the writers asked for and were told, against what is there. A key belongs to one writer, which asks one thing at a time, so after a
 * fault a key must have its newest acknowledged value, or one asked for later whose answer is unknown.
 */
final class History {
    /** What was told of a transaction. */
    private enum Answer {
        NONE,
        ACKNOWLEDGED,
        REFUSED,
        UNKNOWN
    }

    /** One change of one key; {@code value} is empty for a delete. */
    private static final class Attempt {
        final String value;
        Answer answer = Answer.NONE;

        Attempt(String value) {
            this.value = value;
        }
    }

    private final Map<String, List<Attempt>> keys = new TreeMap<>();
    private long newestRevision;
    private long writes;
    private long acknowledged;
    private long unknown;
    private long lost;
    private long phantom;
    private long torn;
    private final List<String> findings = new ArrayList<>();

    /** Adds the logs of a round; a last line that was cut off in the middle is no line. */
    void read(Path directory, int round) throws IOException {
        for (int start = 0; ; start++) {
            Path file = directory.resolve("log-" + round + "-" + start + ".txt");
            if (!Files.exists(file)) {
                return;
            }
            String text = Files.readString(file);
            readLines(List.of(text.substring(0, text.lastIndexOf('\n') + 1).split("\n")));
        }
    }

    void readLines(List<String> lines) {
        Map<String, List<Attempt>> open = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "S" -> {
                    writes++;
                    List<Attempt> attempts = new ArrayList<>();
                    for (String key : words[3].split(",")) {
                        Attempt attempt = new Attempt(words[2].equals("put") ? words[1] : "");
                        keys.computeIfAbsent(key, k -> new ArrayList<>()).add(attempt);
                        attempts.add(attempt);
                    }
                    open.put(words[1], attempts);
                }
                case "A" -> {
                    acknowledged++;
                    newestRevision = Math.max(newestRevision, Long.parseLong(words[2]));
                    answer(open, words[1], Answer.ACKNOWLEDGED);
                }
                case "R" -> answer(open, words[1], Answer.REFUSED);
                case "U" -> answer(open, words[1], Answer.UNKNOWN);
                default -> {
                    if (!line.isEmpty()) {
                        throw new IllegalStateException("not a line of a chaos log: " + line);
                    }
                }
            }
        }
        unknown += open.values().stream()
                .filter(attempts -> attempts.get(0).answer == Answer.NONE)
                .count();
    }

    private void answer(Map<String, List<Attempt>> open, String id, Answer answer) {
        if (answer == Answer.UNKNOWN) {
            unknown++;
        }
        open.get(id).forEach(attempt -> attempt.answer = answer);
    }

    /** Compares with a round's state, and from then on takes that state as known. */
    void check(Path state) throws IOException {
        checkLines(Files.readAllLines(state));
    }

    void checkLines(List<String> lines) {
        Map<String, String> a = new TreeMap<>();
        Map<String, String> b = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ");
            if (words[0].equals("END")) {
                long revision = Long.parseLong(words[1]);
                if (revision < newestRevision) {
                    lost++;
                    find("the partition is at revision " + revision + ", acknowledged was " + newestRevision);
                }
            } else {
                (words[0].startsWith("a/") ? a : b).put(words[0].substring(2), words[1]);
            }
        }
        TreeSet<String> all = new TreeSet<>(keys.keySet());
        all.addAll(a.keySet());
        all.addAll(b.keySet());
        for (String key : all) {
            String value = a.getOrDefault(key, "");
            if (!value.equals(b.getOrDefault(key, ""))) {
                torn++;
                find("a transaction on key " + key + " was split: '" + value + "' and '" + b.getOrDefault(key, "")
                        + "'");
            }
            judge(key, value);
        }
    }

    private void judge(String key, String found) {
        List<Attempt> attempts = keys.computeIfAbsent(key, k -> new ArrayList<>());
        int newest = attempts.size() - 1;
        while (newest >= 0 && attempts.get(newest).answer != Answer.ACKNOWLEDGED) {
            newest--;
        }
        boolean allowed =
                newest < 0 ? found.isEmpty() : attempts.get(newest).value.equals(found);
        boolean refused = false;
        boolean asked = found.isEmpty();
        for (int i = 0; i < attempts.size(); i++) {
            Attempt attempt = attempts.get(i);
            if (attempt.value.equals(found)) {
                asked = true;
                refused |= attempt.answer == Answer.REFUSED && !found.isEmpty();
                allowed |= i > newest && (attempt.answer == Answer.UNKNOWN || attempt.answer == Answer.NONE);
            }
        }
        if (!allowed) {
            if (!asked || refused) {
                phantom++;
                find("key " + key + " has '" + found + "', which was " + (refused ? "refused" : "never asked for"));
            } else {
                lost++;
                find("key " + key + " has '" + found + "', acknowledged was '"
                        + (newest < 0 ? "" : attempts.get(newest).value) + "'");
            }
        }
        Attempt known = new Attempt(found);
        known.answer = Answer.ACKNOWLEDGED;
        attempts.clear();
        attempts.add(known);
    }

    private void find(String finding) {
        if (findings.size() < 20) {
            findings.add(finding);
        }
    }

    /** The counts of several histories together. */
    static History sum(List<History> histories) {
        History sum = new History();
        for (History each : histories) {
            sum.writes += each.writes;
            sum.acknowledged += each.acknowledged;
            sum.unknown += each.unknown;
            sum.lost += each.lost;
            sum.phantom += each.phantom;
            sum.torn += each.torn;
            each.findings.forEach(sum::find);
        }
        return sum;
    }

    /** What is wrong, at most the first twenty. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    boolean clean() {
        return lost == 0 && phantom == 0 && torn == 0;
    }

    /** The members of a JSON object, without braces. */
    String json() {
        return "\"writes\":" + writes + ",\"acknowledged\":" + acknowledged + ",\"lost\":" + lost + ",\"phantom\":"
                + phantom + ",\"torn\":" + torn + ",\"unknown\":" + unknown;
    }
}
