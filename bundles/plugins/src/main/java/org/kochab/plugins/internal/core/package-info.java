/** What is in a vendor's file, and who signed it. */
@NullMarked
package org.kochab.plugins.internal.core;

import org.jspecify.annotations.NullMarked;
