/** The machine the agent runs on: its facts, directories and files. */
@NullMarked
package org.kochab.agent.internal.node;

import org.jspecify.annotations.NullMarked;
