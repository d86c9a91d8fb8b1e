/** The cluster as a tenant partition sees it: nodes and claims of all resource managers, as columns. */
@NullMarked
package org.kochab.partition.internal.core.view;

import org.jspecify.annotations.NullMarked;
