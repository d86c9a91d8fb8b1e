/**
 * Resource managers: nodes, claims on their capacity, and commands to what runs there.
 */
@Export
@Version("2.1.0")
@NullMarked
package org.kochab.api.node;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
