/** Keeps events in a file. */
@NullMarked
package com.example.events;

import org.jspecify.annotations.NullMarked;
