/** A tenant that asks for a hundred times its share, beside another one. */
@NullMarked
package org.kochab.chaos.flood;

import org.jspecify.annotations.NullMarked;
