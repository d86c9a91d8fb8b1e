@NullMarked
package org.kochab.scheduler.internal.osgi;

import org.jspecify.annotations.NullMarked;
