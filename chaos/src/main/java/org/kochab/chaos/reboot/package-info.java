/** Nodes that are started again while nobody can be reached. */
@NullMarked
package org.kochab.chaos.reboot;

import org.jspecify.annotations.NullMarked;
