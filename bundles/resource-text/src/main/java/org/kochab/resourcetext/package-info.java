/**
 * Resources as people read and name them: tables with kubectl's columns, selectors, what fields mean. No bundle of its own: it is copied into those that use it.
 */
@NullMarked
package org.kochab.resourcetext;

import org.jspecify.annotations.NullMarked;
