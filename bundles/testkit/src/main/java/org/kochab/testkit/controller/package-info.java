/**
 * What controllers are tested with: a tenant partition of maps, and the contract of every controller.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.kochab.testkit.controller;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
