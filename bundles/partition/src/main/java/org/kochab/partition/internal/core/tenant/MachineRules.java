package org.kochab.partition.internal.core.tenant;

import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.VirtualMachine;

/** What a pod with a virtual machine may say. */
final class MachineRules {
    private static final int MOST_USER_DATA = 65_535;
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern KEY = Pattern.compile("[a-z0-9@.-]{1,64} [A-Za-z0-9+/=]{1,8192}( \\P{Cntrl}{0,256})?");

    private MachineRules() {}

    static void check(PodSpec spec, VirtualMachine machine, String pod, Problems problems) {
        String at = pod + ".virtualMachine";
        problems.require(
                spec.containers().isEmpty() && spec.initContainers().isEmpty() && spec.function() == null,
                at,
                "cannot be in one pod with containers, initContainers or a function; make two pods");
        problems.require(
                !List.of("oci", "process").contains(spec.runtimeKind()),
                pod + ".runtimeClassName",
                "'" + spec.runtimeKind() + "' runs no virtual machines; write vm, or leave it out");
        problems.require(
                spec.volumes().isEmpty(), pod + ".volumes", "cannot be mounted by a virtual machine; remove them");
        problems.require(
                !Boolean.TRUE.equals(spec.hostNetwork()),
                pod + ".hostNetwork",
                "is not for virtual machines, which have a network of their own; use hostPort in " + at + ".ports");
        if (machine.image() != null) {
            problems.require(
                    IMAGE.matcher(machine.image()).matches(),
                    at + ".image",
                    Problems.quoted(machine.image())
                            + " is not the name of a machine image; use letters, digits, '.', '_' and '-', as the file in the node's directory of images is called");
        }
        ContainerRules.check(machine.asContainer(), at, spec.runtimeKind(), new TreeSet<>(), problems);
        problems.require(
                machine.resources() != null && machine.resources().requests().containsKey("memory"),
                at + ".resources.requests[memory]",
                "is required: it is the size of the machine's memory, unless limits have another; write for example 512Mi");
        checkCloudInit(machine, at, problems);
        problems.oneOf(
                machine.powerSpec(),
                at + ".powerSpec",
                VirtualMachine.RUNNING,
                VirtualMachine.PAUSED,
                VirtualMachine.SUSPENDED,
                VirtualMachine.SHUTDOWN);
        problems.oneOf(machine.shutdownBehavior(), at + ".shutdownBehavior", "stop", "terminate");
    }

    private static void checkCloudInit(VirtualMachine machine, String at, Problems problems) {
        if (machine.userData() != null) {
            try {
                int length = Base64.getDecoder().decode(machine.userData()).length;
                problems.require(
                        length <= MOST_USER_DATA,
                        at + ".userData",
                        "has " + length + " bytes; at most " + MOST_USER_DATA
                                + " are possible, fetch the rest from within the guest");
            } catch (IllegalArgumentException e) {
                problems.add(at + ".userData", "is not base64; encode it, for example with base64 -w0");
            }
        }
        problems.require(
                machine.publicKey() == null || KEY.matcher(machine.publicKey()).matches(),
                at + ".publicKey",
                "is not an SSH public key in one line; write for example ssh-ed25519 AAAA… name");
    }
}
