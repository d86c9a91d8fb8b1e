/** The store on Apache Ignite: the only package of the product that sees it. */
@NullMarked
package org.kochab.store.ignite.internal.grid;

import org.jspecify.annotations.NullMarked;
