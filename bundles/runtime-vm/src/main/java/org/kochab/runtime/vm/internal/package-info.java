/** Runs tasks as virtual machines under QEMU, which is told what to do over its monitor's socket. */
@NullMarked
package org.kochab.runtime.vm.internal;

import org.jspecify.annotations.NullMarked;
