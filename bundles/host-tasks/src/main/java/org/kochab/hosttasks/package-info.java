/** Tasks that are processes of the host and outlive the agent: what drivers have in common that run programs of the node. */
@NullMarked
package org.kochab.hosttasks;

import org.jspecify.annotations.NullMarked;
