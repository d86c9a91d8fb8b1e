package org.kochab.api.resource;

import org.kochab.api.model.Resource;

/** A change as a watcher of a query sees it: a resource that begins to match is added, one that ceases to is deleted. */
public sealed interface ResourceEvent {
    record Added(Resource resource) implements ResourceEvent {}

    record Modified(Resource resource) implements ResourceEvent {}

    /** @param last as it was before */
    record Deleted(Resource last) implements ResourceEvent {}

    /** Nothing to see up to here. */
    record Bookmark(String resourceVersion) implements ResourceEvent {}
}
