package org.kochab.rm.internal.core;

import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Command;
import org.kochab.api.node.RunningCommand;

/**
 * A command's input on its way to the node: kept until the command has been given it, never more than the window at a time, and sent again while nothing is heard of it.
 * Used on the manager's thread.
 */
final class CommandInput {
    private static final long FIRST_PAUSE_MILLIS = 5_000;
    private static final long LONGEST_PAUSE_MILLIS = 300_000;

    /** The link to the node. */
    interface Way {
        /** @return false if it is down or full now */
        boolean send(Command.Input part);
    }

    /** The end counts as one byte, so that it is known to have arrived. */
    private record Part(long offset, byte[] bytes, boolean last) {
        long end() {
            return offset + bytes.length + (last ? 1 : 0);
        }

        Command.Input message() {
            String data = bytes.length == 0 ? null : Base64.getEncoder().encodeToString(bytes);
            return new Command.Input(offset, data, last);
        }
    }

    private final Way way;
    /** What the command has not been given yet; the first {@link #sent} of them are on their way. */
    private final Deque<Part> kept = new ArrayDeque<>();

    private int sent;
    private long given;
    private long taken;
    private boolean ended;
    private @Nullable CompletableFuture<Void> room;
    private long pause = FIRST_PAUSE_MILLIS;
    private long again;

    CommandInput(Way way) {
        this.way = way;
    }

    /** @param answer completes when there is room for another part */
    void give(byte[] bytes, boolean last, CompletableFuture<Void> answer, long now) {
        if (bytes.length > RunningCommand.MOST_INPUT || ended || room != null) {
            answer.completeExceptionally(new IllegalStateException(
                    bytes.length > RunningCommand.MOST_INPUT
                            ? "A part of input has at most " + RunningCommand.MOST_INPUT + " bytes."
                            : ended ? "The input has ended." : "One part of input after the other."));
            return;
        }
        Part part = new Part(given, bytes, last);
        kept.add(part);
        given = part.end();
        ended = last;
        room = answer;
        push(now);
    }

    /** The node says how much the command has been given. */
    void taken(long bytes, long now) {
        if (bytes <= taken || bytes > given) {
            return;
        }
        taken = bytes;
        while (!kept.isEmpty() && kept.element().end() <= taken) {
            kept.remove();
            sent = Math.max(0, sent - 1);
        }
        pause = FIRST_PAUSE_MILLIS;
        again = now + pause;
        push(now);
    }

    void tick(long now) {
        if (!kept.isEmpty() && sent == kept.size() && now >= again) {
            sent = 0;
            pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
        }
        push(now);
    }

    /** What was on its way may be lost. */
    void repeat(long now) {
        sent = 0;
        push(now);
    }

    private void push(long now) {
        int at = 0;
        for (Part part : kept) {
            if (at++ < sent) {
                continue;
            }
            if (!way.send(part.message())) {
                return;
            }
            sent++;
            again = now + pause;
        }
        CompletableFuture<Void> answer = room;
        if (answer != null && given - taken + RunningCommand.MOST_INPUT <= Command.Input.WINDOW) {
            room = null;
            answer.complete(null);
        }
    }

    /** The command has ended: nobody takes any more. */
    void close() {
        ended = true;
        kept.clear();
        sent = 0;
        CompletableFuture<Void> answer = room;
        room = null;
        if (answer != null) {
            answer.completeExceptionally(new IllegalStateException("The command has ended."));
        }
    }
}
