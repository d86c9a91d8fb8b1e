package org.kochab.runtime.bundle.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * What a task's bundle finds in the service registry, types of the JDK only: its variables, its output, and how to say its exit code. Each bundle gets
 * its own; one that is no task gets nothing.
 */
final class TaskServices implements AutoCloseable {
    static final String PROPERTY = "kochab.task";
    static final String ARGUMENTS = "launcher.arguments";

    private final Function<Bundle, @Nullable Run> runs;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    TaskServices(BundleContext context, Function<Bundle, @Nullable Run> runs) {
        this.runs = runs;
        offer(context, Properties.class, run -> run.environment);
        offer(context, PrintStream.class, run -> run.output);
        offer(context, IntConsumer.class, run -> run::exit);
    }

    private <S> void offer(BundleContext context, Class<S> type, Function<Run, S> service) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(PROPERTY, true);
        registrations.add(context.registerService(
                type,
                new ServiceFactory<S>() {
                    @Override
                    public @Nullable S getService(Bundle bundle, ServiceRegistration<S> registration) {
                        Run run = runs.apply(bundle);
                        return run == null ? null : service.apply(run);
                    }

                    @Override
                    public void ungetService(Bundle bundle, ServiceRegistration<S> registration, S given) {
                        // It is the run's, and goes with it.
                    }
                },
                properties));
    }

    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
