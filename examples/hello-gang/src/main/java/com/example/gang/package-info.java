/** A vendor's gangs: pods that start together or not at all. */
@NullMarked
package com.example.gang;

import org.jspecify.annotations.NullMarked;
