/** Kubernetes' way to say things: paths, documents, patches, tables, errors. Plain Java. */
@NullMarked
package org.kochab.gateway.internal.core;

import org.jspecify.annotations.NullMarked;
