/** A whole installation as {@code ./kochab up} makes it, with agents and pods, and the work that it is given. */
@NullMarked
package org.kochab.chaos.installation;

import org.jspecify.annotations.NullMarked;
