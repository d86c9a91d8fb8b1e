@NullMarked
package org.kochab.partition.internal.osgi;

import org.jspecify.annotations.NullMarked;
