/** Lets only images of a registry in. */
@NullMarked
package com.example.registry;

import org.jspecify.annotations.NullMarked;
