package org.kochab.schema.check;

import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Regular expressions of schemas, by RE2: the time they take grows with the text and no faster, whoever wrote them. The latest are remembered. Thread-safe.
 */
final class Patterns {
    private static final int MOST = 1_000;
    private static final int MOST_LETTERS = 1_000;

    private static final Map<String, Pattern> KNOWN = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pattern> eldest) {
            return size() > MOST;
        }
    };

    private Patterns() {}

    /** @throws IllegalArgumentException if it is none */
    static Pattern of(String text) {
        synchronized (KNOWN) {
            Pattern known = KNOWN.get(text);
            if (known == null) {
                known = compile(text);
                KNOWN.put(text, known);
            }
            return known;
        }
    }

    private static Pattern compile(String text) {
        if (text.length() > MOST_LETTERS) {
            throw new IllegalArgumentException("is longer than " + MOST_LETTERS + " letters");
        }
        try {
            return Pattern.compile(text);
        } catch (com.google.re2j.PatternSyntaxException e) {
            throw new IllegalArgumentException("is not a regular expression of RE2: " + e.getMessage(), e);
        }
    }
}
