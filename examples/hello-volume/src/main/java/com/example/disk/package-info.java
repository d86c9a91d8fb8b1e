/** Volumes on a disk of their own. */
@NullMarked
package com.example.disk;

import org.jspecify.annotations.NullMarked;
