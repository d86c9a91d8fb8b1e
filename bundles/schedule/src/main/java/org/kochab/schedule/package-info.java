@NullMarked
package org.kochab.schedule;

import org.jspecify.annotations.NullMarked;
