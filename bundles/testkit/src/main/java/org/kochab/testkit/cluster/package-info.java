/** Members in one JVM, and what every {@link org.kochab.spi.cluster.MemberCalls} must do. */
@NullMarked
package org.kochab.testkit.cluster;

import org.jspecify.annotations.NullMarked;
