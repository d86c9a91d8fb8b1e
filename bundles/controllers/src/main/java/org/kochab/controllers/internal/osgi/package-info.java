@NullMarked
package org.kochab.controllers.internal.osgi;

import org.jspecify.annotations.NullMarked;
