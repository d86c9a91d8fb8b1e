package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;

final class EventRules implements StatuslessRules<Event> {
    private static final int MOST_MESSAGE = 1024;

    @Override
    public Kind kind() {
        return Kind.EVENT;
    }

    @Override
    public Event complete(Event wanted) {
        return wanted;
    }

    @Override
    public void check(Event event, Problems problems) {
        if (event.involvedObject() == null) {
            problems.add("involvedObject", "is required");
        }
        problems.oneOf(event.type(), "type", "Normal", "Warning");
        problems.require(
                event.message() == null || event.message().length() <= MOST_MESSAGE,
                "message",
                "is longer than " + MOST_MESSAGE + " characters");
    }

    @Override
    public void checkChange(Event current, Event wanted, Problems problems) {
        // Counted up as it repeats.
    }

    @Override
    public Event merge(Event current, Event wanted) {
        return wanted;
    }

    @Override
    public boolean sameSpec(Event a, Event b) {
        return a.withMetadata(b.metadata()).equals(b);
    }

    @Override
    public Optional<String> field(Event event, String path) {
        return path.equals("involvedObject.name") && event.involvedObject() != null
                ? Optional.ofNullable(event.involvedObject().name())
                : Optional.empty();
    }

    @Override
    public boolean owner() {
        return false;
    }
}
