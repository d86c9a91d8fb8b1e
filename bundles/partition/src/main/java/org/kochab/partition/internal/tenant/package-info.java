/** The tenant partition at work: the resource service, the scheduling loop, the controllers; their threads and OSGi components. */
@NullMarked
package org.kochab.partition.internal.tenant;

import org.jspecify.annotations.NullMarked;
