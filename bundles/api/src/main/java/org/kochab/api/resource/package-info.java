/**
 * The resources of the platform and its tenants: create, read, change, delete, watch.
 */
@Export
@Version("2.2.0")
@NullMarked
package org.kochab.api.resource;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
