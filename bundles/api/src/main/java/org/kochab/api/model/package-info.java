/**
 * Resources as operators write them: Kubernetes' kinds with Kubernetes' field names, so that a record's components are the manifest's fields. Absent lists and maps are empty, absent scalars are null.
 */
@Export
@Version("5.0.0")
@NullMarked
package org.kochab.api.model;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
