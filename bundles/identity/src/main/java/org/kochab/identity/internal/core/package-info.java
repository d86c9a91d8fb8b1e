/** What the directory keeps of nodes and tokens, and the rules by which a machine becomes a node. Plain data, no threads, no clocks. */
@NullMarked
package org.kochab.identity.internal.core;

import org.jspecify.annotations.NullMarked;
