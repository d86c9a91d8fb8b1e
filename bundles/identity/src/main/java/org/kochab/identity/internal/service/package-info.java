/** The identities of a member: in the directory, in memory, and on the broker. */
@NullMarked
package org.kochab.identity.internal.service;

import org.jspecify.annotations.NullMarked;
