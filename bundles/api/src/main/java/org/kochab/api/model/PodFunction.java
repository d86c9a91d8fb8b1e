package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The function of a pod that has one in place of containers: a program that is started for each call, with the call's input as its standard input, and
 * whose standard output is the answer. No two calls share an instance.
 *
 * @param name as a container's
 * @param image as a container's of the same runtime; a WASI command for {@code wasm}
 * @param args the same for each call
 * @param env the same for each call
 * @param resources {@code limits.memory} is for all instances together: each gets it divided by {@code concurrency}
 * @param warm instances that are kept ready for calls; 1 if null, 0 for none
 * @param concurrency most calls at once; 4 if null. As many more wait, all others are told that it is busy
 * @param timeoutSeconds most a call may take, its waiting included; 10 if null
 * @param idleSeconds so long after the last call no instance is kept ready any more, until the next call; 300 if null
 */
public record PodFunction(
        String name,
        @Nullable String image,
        List<String> args,
        List<Container.EnvVar> env,
        Container.@Nullable Resources resources,
        @Nullable Integer warm,
        @Nullable Integer concurrency,
        @Nullable Integer timeoutSeconds,
        @Nullable Integer idleSeconds) {
    private static final int WARM = 1;
    private static final int CONCURRENCY = 4;
    private static final int TIMEOUT_SECONDS = 10;
    private static final int IDLE_SECONDS = 300;

    public PodFunction {
        args = Copies.list(args);
        env = Copies.list(env);
    }

    /** With the defaults for what is null. */
    public PodFunction complete() {
        return new PodFunction(
                name,
                image,
                args,
                env,
                resources,
                warm == null ? Integer.valueOf(WARM) : warm,
                concurrency == null ? Integer.valueOf(CONCURRENCY) : concurrency,
                timeoutSeconds == null ? Integer.valueOf(TIMEOUT_SECONDS) : timeoutSeconds,
                idleSeconds == null ? Integer.valueOf(IDLE_SECONDS) : idleSeconds);
    }

    public PodFunction withResources(Container.@Nullable Resources value) {
        return new PodFunction(name, image, args, env, value, warm, concurrency, timeoutSeconds, idleSeconds);
    }

    /** What it has in common with a container. */
    public Container asContainer() {
        return Container.builder()
                .name(name)
                .image(image)
                .args(args)
                .env(env)
                .resources(resources)
                .build();
    }
}
