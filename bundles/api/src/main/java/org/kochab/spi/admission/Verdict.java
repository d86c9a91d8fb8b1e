package org.kochab.spi.admission;

/** What a validator says. */
public sealed interface Verdict {
    Verdict ALLOWED = new Allowed();

    record Allowed() implements Verdict {}

    /**
     * The write is not done.
     *
     * @param field the path of the field that is wrong, for example {@code metadata.labels}
     * @param message what is wrong with it and what to do, in one sentence; for example {@code has no label team; add one, such as team: payments}
     */
    record Refused(String field, String message) implements Verdict {}

    static Verdict refused(String field, String message) {
        return new Refused(field, message);
    }
}
