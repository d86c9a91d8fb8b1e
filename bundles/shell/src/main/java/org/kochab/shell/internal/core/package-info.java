@NullMarked
package org.kochab.shell.internal.core;

import org.jspecify.annotations.NullMarked;
