/** Definitions of kinds, and objects compared with their schemas. */
@NullMarked
package org.kochab.schema.check;

import org.jspecify.annotations.NullMarked;
