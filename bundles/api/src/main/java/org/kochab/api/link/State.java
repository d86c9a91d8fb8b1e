package org.kochab.api.link;

/** {@code up/state}, retained; the last will is the same with {@code online} false. */
public record State(boolean online, long birth) {}
