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
        List<EnvFromSource> envFrom,
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
        envFrom = Copies.list(envFrom);
        ports = Copies.list(ports);
        volumeMounts = Copies.list(volumeMounts);
        resizePolicy = Copies.list(resizePolicy);
    }

    /** One that says no more than what it runs. */
    public static Container of(String name, @Nullable String image, List<String> command) {
        return builder().name(name).image(image).command(command).build();
    }

    /** A variable: at most one of value and valueFrom; the empty text if it has neither. */
    public record EnvVar(String name, @Nullable String value, @Nullable EnvVarSource valueFrom) {
        public EnvVar(String name, @Nullable String value) {
            this(name, value, null);
        }
    }

    /** Exactly one source. */
    public record EnvVarSource(
            @Nullable KeySelector configMapKeyRef,
            @Nullable KeySelector secretKeyRef,
            @Nullable FieldSelector fieldRef) {}

    /**
     * One key of a config map or secret of the pod's namespace.
     *
     * @param optional true: without map or key there is no variable; else the pod waits until they are there
     */
    public record KeySelector(String name, String key, @Nullable Boolean optional) {}

    /** @param fieldPath {@code metadata.name}, {@code metadata.namespace}, {@code metadata.uid}, {@code metadata.labels['KEY']} or {@code spec.nodeName} */
    public record FieldSelector(@Nullable String apiVersion, String fieldPath) {}

    /**
     * All keys of a config map or secret as variables; exactly one source. What {@code env} names counts before it, and later sources before earlier ones.
     *
     * @param prefix before each key; none if null
     */
    public record EnvFromSource(
            @Nullable String prefix, @Nullable SourceReference configMapRef, @Nullable SourceReference secretRef) {}

    /** @param optional true: it may be missing; else the pod waits until it is there */
    public record SourceReference(String name, @Nullable Boolean optional) {}

    public record HttpHeader(String name, @Nullable String value) {}

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
        return toBuilder().resources(value).build();
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
            List<HttpHeader> httpHeaders) {
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

    /** Everything is as if a manifest did not have it. */
    public static Builder builder() {
        return new Builder();
    }

    /** This one, to be changed. */
    public Builder toBuilder() {
        return new Builder()
                .name(name)
                .image(image)
                .imagePullPolicy(imagePullPolicy)
                .command(command)
                .args(args)
                .workingDir(workingDir)
                .env(env)
                .envFrom(envFrom)
                .ports(ports)
                .resources(resources)
                .volumeMounts(volumeMounts)
                .livenessProbe(livenessProbe)
                .readinessProbe(readinessProbe)
                .startupProbe(startupProbe)
                .securityContext(securityContext)
                .resizePolicy(resizePolicy);
    }

    /** A container in the making. Not thread-safe. */
    public static final class Builder {
        private String name = "";
        private @Nullable String image;
        private @Nullable String imagePullPolicy;
        private List<String> command = List.of();
        private List<String> args = List.of();
        private @Nullable String workingDir;
        private List<EnvVar> env = List.of();
        private List<EnvFromSource> envFrom = List.of();
        private List<Port> ports = List.of();
        private @Nullable Resources resources;
        private List<VolumeMount> volumeMounts = List.of();
        private @Nullable Probe livenessProbe;
        private @Nullable Probe readinessProbe;
        private @Nullable Probe startupProbe;
        private @Nullable SecurityContext securityContext;
        private List<ResizePolicy> resizePolicy = List.of();

        private Builder() {}

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder image(@Nullable String value) {
            image = value;
            return this;
        }

        public Builder imagePullPolicy(@Nullable String value) {
            imagePullPolicy = value;
            return this;
        }

        public Builder command(List<String> value) {
            command = value;
            return this;
        }

        public Builder args(List<String> value) {
            args = value;
            return this;
        }

        public Builder workingDir(@Nullable String value) {
            workingDir = value;
            return this;
        }

        public Builder env(List<EnvVar> value) {
            env = value;
            return this;
        }

        public Builder envFrom(List<EnvFromSource> value) {
            envFrom = value;
            return this;
        }

        public Builder ports(List<Port> value) {
            ports = value;
            return this;
        }

        public Builder resources(@Nullable Resources value) {
            resources = value;
            return this;
        }

        public Builder volumeMounts(List<VolumeMount> value) {
            volumeMounts = value;
            return this;
        }

        public Builder livenessProbe(@Nullable Probe value) {
            livenessProbe = value;
            return this;
        }

        public Builder readinessProbe(@Nullable Probe value) {
            readinessProbe = value;
            return this;
        }

        public Builder startupProbe(@Nullable Probe value) {
            startupProbe = value;
            return this;
        }

        public Builder securityContext(@Nullable SecurityContext value) {
            securityContext = value;
            return this;
        }

        public Builder resizePolicy(List<ResizePolicy> value) {
            resizePolicy = value;
            return this;
        }

        public Container build() {
            return new Container(
                    name,
                    image,
                    imagePullPolicy,
                    command,
                    args,
                    workingDir,
                    env,
                    envFrom,
                    ports,
                    resources,
                    volumeMounts,
                    livenessProbe,
                    readinessProbe,
                    startupProbe,
                    securityContext,
                    resizePolicy);
        }
    }
}
