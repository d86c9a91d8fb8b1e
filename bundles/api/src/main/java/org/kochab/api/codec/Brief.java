package org.kochab.api.codec;

/** Sentences about a text in which a part of that text may be, however long. */
final class Brief {
    private static final int MOST = 4_000;

    private Brief() {}

    /** The place is at a sentence's beginning, the remedy at its end. */
    static String of(String sentence) {
        int half = MOST / 2;
        return sentence.length() <= MOST
                ? sentence
                : sentence.substring(0, half) + "…" + sentence.substring(sentence.length() - half + 1);
    }
}
