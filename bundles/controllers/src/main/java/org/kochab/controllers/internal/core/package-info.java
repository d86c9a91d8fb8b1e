@NullMarked
package org.kochab.controllers.internal.core;

import org.jspecify.annotations.NullMarked;
