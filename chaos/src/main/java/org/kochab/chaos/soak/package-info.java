/** Hours of ordinary work, after which nothing may have grown. */
@NullMarked
package org.kochab.chaos.soak;

import org.jspecify.annotations.NullMarked;
