@NullMarked
package org.kochab.shell.internal.command;

import org.jspecify.annotations.NullMarked;
