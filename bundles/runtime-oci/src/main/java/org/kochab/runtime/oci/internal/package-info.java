/** Runs tasks as OCI containers through the command lines of podman, conmon and runc. */
@NullMarked
package org.kochab.runtime.oci.internal;

import org.jspecify.annotations.NullMarked;
