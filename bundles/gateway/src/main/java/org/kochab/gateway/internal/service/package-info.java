/** What requests do, over the platform's services. */
@NullMarked
package org.kochab.gateway.internal.service;

import org.jspecify.annotations.NullMarked;
