/** Load for chaos runs: writers that log every attempt and every answer outside the member. */
@NullMarked
package org.kochab.chaos.load;

import org.jspecify.annotations.NullMarked;
