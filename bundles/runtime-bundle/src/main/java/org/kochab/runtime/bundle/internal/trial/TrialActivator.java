package org.kochab.runtime.bundle.internal.trial;

import java.io.PrintStream;
import java.util.Collection;
import java.util.function.IntConsumer;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Says a word and how it ends, as any task's bundle may. Packed into a bundle of its own, which sees nothing of the driver. */
public final class TrialActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        service(context, PrintStream.class).println("kochab");
        service(context, IntConsumer.class).accept(7);
    }

    private static <S> S service(BundleContext context, Class<S> type) throws InvalidSyntaxException {
        Collection<ServiceReference<S>> found = context.getServiceReferences(type, "(kochab.task=true)");
        return context.getService(found.iterator().next());
    }

    @Override
    public void stop(BundleContext context) {
        // There is nothing to end.
    }
}
