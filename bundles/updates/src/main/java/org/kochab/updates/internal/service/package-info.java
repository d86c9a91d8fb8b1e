/** Updates over the directory and the resource managers. */
@NullMarked
package org.kochab.updates.internal.service;

import org.jspecify.annotations.NullMarked;
