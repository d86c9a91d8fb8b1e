/** Places pods where the energy is green. */
@NullMarked
package com.example.energy;

import org.jspecify.annotations.NullMarked;
