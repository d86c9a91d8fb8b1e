/** The partition bundle in plain Java, for tests of other bundles. Not exported. */
@NullMarked
package org.kochab.partition;

import org.jspecify.annotations.NullMarked;
