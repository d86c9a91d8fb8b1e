@NullMarked
package org.kochab.shell.internal.session;

import org.jspecify.annotations.NullMarked;
