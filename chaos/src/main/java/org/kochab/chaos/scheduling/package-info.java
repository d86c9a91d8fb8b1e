/** Leaders that end while they place pods, in a whole installation with agents. */
@NullMarked
package org.kochab.chaos.scheduling;

import org.jspecify.annotations.NullMarked;
