/** How secrets are kept: encrypted with a key that is in a file of each member. */
@NullMarked
package org.kochab.partition.internal.secret;

import org.jspecify.annotations.NullMarked;
