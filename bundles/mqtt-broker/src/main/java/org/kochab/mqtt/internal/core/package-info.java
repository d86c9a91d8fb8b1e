/**
 * The broker without network, clock and threads. One thread calls everything here; which thread, and what time it is,
 * the caller says.
 */
@NullMarked
package org.kochab.mqtt.internal.core;

import org.jspecify.annotations.NullMarked;
