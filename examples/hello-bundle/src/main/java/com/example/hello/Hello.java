package com.example.hello;

import java.io.PrintStream;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Says hello every few seconds, to whom {@code GREETING} names, until it is stopped. */
@Component(
        service = {},
        immediate = true)
public final class Hello {
    private final PrintStream log;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    @Activate
    public Hello(
            @Reference(target = "(kochab.task=true)") Properties environment,
            @Reference(target = "(kochab.task=true)") PrintStream log) {
        this.log = log;
        String whom = environment.getProperty("GREETING", "nobody");
        clock.scheduleAtFixedRate(() -> log.println("hello " + whom), 0, 3, TimeUnit.SECONDS);
    }

    @Deactivate
    void stop() {
        clock.shutdownNow();
        log.println("goodbye");
    }
}
