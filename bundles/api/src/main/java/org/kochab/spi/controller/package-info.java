/**
 * Controllers: services that bring what is closer to what is wanted, one object at a time.
 */
@Export
@Version("2.3.0")
@NullMarked
package org.kochab.spi.controller;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
