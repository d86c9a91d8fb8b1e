/**
 * Admission: services that take part in each write of a resource before it is stored. Mutators change what is to be stored, validators refuse it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.kochab.spi.admission;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
