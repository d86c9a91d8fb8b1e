package org.kochab.api.resource;

import org.jspecify.annotations.Nullable;

/**
 * How to delete.
 *
 * @param graceSeconds null for the resource's own; 0 ends a pod at once
 * @param orphan whether dependents are left behind instead of going too
 * @param uid delete only this very object; null for whatever has the name
 * @param force removes a pod whose node cannot confirm its end; the pod may still be running there. Also a volume whose node
 *     cannot confirm that its data are deleted; they may still be there
 */
public record DeleteOptions(@Nullable Long graceSeconds, boolean orphan, @Nullable String uid, boolean force) {
    public static final DeleteOptions DEFAULT = new DeleteOptions(null, false, null, false);
}
