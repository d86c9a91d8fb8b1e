/** Plugins of vendors that come and go while pods are placed, in a whole installation with agents. */
@NullMarked
package org.kochab.chaos.plugins;

import org.jspecify.annotations.NullMarked;
