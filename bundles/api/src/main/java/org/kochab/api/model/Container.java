package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One container (or process, or function …) of a pod.
 *
 * @param resources may be changed while the pod runs: {@code cpu} and {@code memory} only
 * @param resizePolicy how such a change is made, by resource; what is not named is changed without a restart where the runtime can
 */
public record Container(
        String name,
        @Nullable String image,
        @Nullable String imagePullPolicy,
        List<String> command,
        List<String> args,
        @Nullable String workingDir,
        List<EnvVar> env,
        List<Port> ports,
        @Nullable Resources resources,
        List<VolumeMount> volumeMounts,
        @Nullable Probe livenessProbe,
        @Nullable Probe readinessProbe,
        @Nullable Probe startupProbe,
        @Nullable SecurityContext securityContext,
        List<ResizePolicy> resizePolicy) {
    public Container {
        command = Copies.list(command);
        args = Copies.list(args);
        env = Copies.list(env);
        ports = Copies.list(ports);
        volumeMounts = Copies.list(volumeMounts);
        resizePolicy = Copies.list(resizePolicy);
    }

    /** One that says no more than what it runs. */
    public static Container of(String name, @Nullable String image, List<String> command) {
        return new Container(
                name, image, null, command, List.of(), null, List.of(), List.of(), null, List.of(), null, null, null,
                null, List.of());
    }

    public record EnvVar(String name, @Nullable String value) {}

    public record Port(
            @Nullable String name,
            int containerPort,
            @Nullable Integer hostPort,
            @Nullable String hostIP,
            @Nullable String protocol) {}

    /** Quantities by resource name: {@code cpu}, {@code memory}, {@code ephemeral-storage}, extended resources. */
    public record Resources(Map<String, String> requests, Map<String, String> limits) {
        public Resources {
            requests = Copies.map(requests);
            limits = Copies.map(limits);
        }
    }

    /** @param restartPolicy {@code NotRequired} or {@code RestartContainer} */
    public record ResizePolicy(String resourceName, String restartPolicy) {}

    public Container withResources(@Nullable Resources value) {
        return new Container(
                name,
                image,
                imagePullPolicy,
                command,
                args,
                workingDir,
                env,
                ports,
                value,
                volumeMounts,
                livenessProbe,
                readinessProbe,
                startupProbe,
                securityContext,
                resizePolicy);
    }

    public record VolumeMount(String name, String mountPath, @Nullable Boolean readOnly, @Nullable String subPath) {}

    /** Exactly one of exec, tcpSocket, httpGet. Times in seconds; null takes Kubernetes' default. */
    public record Probe(
            @Nullable Exec exec,
            @Nullable TcpSocket tcpSocket,
            @Nullable HttpGet httpGet,
            @Nullable Integer initialDelaySeconds,
            @Nullable Integer periodSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer successThreshold,
            @Nullable Integer failureThreshold,
            @Nullable Long terminationGracePeriodSeconds) {}

    public record Exec(List<String> command) {
        public Exec {
            command = Copies.list(command);
        }
    }

    /** @param port a number, or the name of one of the container's ports */
    public record TcpSocket(String port, @Nullable String host) {}

    /** @param port a number, or the name of one of the container's ports */
    public record HttpGet(
            @Nullable String path,
            String port,
            @Nullable String host,
            @Nullable String scheme,
            List<EnvVar> httpHeaders) {
        public HttpGet {
            httpHeaders = Copies.list(httpHeaders);
        }
    }

    public record SecurityContext(
            @Nullable Long runAsUser,
            @Nullable Long runAsGroup,
            @Nullable Boolean runAsNonRoot,
            @Nullable Boolean readOnlyRootFilesystem,
            @Nullable Boolean allowPrivilegeEscalation,
            @Nullable Boolean privileged) {}
}
