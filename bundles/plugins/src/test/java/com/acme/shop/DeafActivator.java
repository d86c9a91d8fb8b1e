package com.acme.shop;

import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** One that hears no interrupt. It is let go by a system property. */
public final class DeafActivator implements BundleActivator {
    public static final String LET_GO = "acme.let.go";

    @Override
    public void start(BundleContext context) {
        while (!Boolean.getBoolean(LET_GO)) {
            LockSupport.parkNanos(10_000_000);
            Thread.interrupted();
        }
    }

    @Override
    public void stop(BundleContext context) {
        // Nothing was begun.
    }
}
