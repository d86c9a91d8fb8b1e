/** Schedulers that are swapped while pods are submitted, in a member, and what becomes of the pods and of the bundles. */
@NullMarked
package org.kochab.chaos.load.internal.swap;

import org.jspecify.annotations.NullMarked;
