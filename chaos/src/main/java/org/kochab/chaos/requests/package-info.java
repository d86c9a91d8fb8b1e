/** Requests to the HTTP API: how soon they are answered, and what a tenant that asks for a hundred times its share does to another one. */
@NullMarked
package org.kochab.chaos.requests;

import org.jspecify.annotations.NullMarked;
