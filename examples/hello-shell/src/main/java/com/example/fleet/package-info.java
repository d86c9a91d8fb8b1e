/** What the owner of a fleet wants to see. */
@NullMarked
package com.example.fleet;

import org.jspecify.annotations.NullMarked;
