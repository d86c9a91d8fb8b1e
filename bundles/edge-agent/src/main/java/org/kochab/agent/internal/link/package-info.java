/** The MQTT link to the resource manager. */
@NullMarked
package org.kochab.agent.internal.link;

import org.jspecify.annotations.NullMarked;
