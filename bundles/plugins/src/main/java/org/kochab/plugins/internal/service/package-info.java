/** Plugins in the framework of this member. */
@NullMarked
package org.kochab.plugins.internal.service;

import org.jspecify.annotations.NullMarked;
