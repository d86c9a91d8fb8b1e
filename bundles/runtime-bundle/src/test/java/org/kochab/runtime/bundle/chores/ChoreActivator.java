package org.kochab.runtime.bundle.chores;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.IntConsumer;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Does what its first argument says. Packed into a bundle of its own, which sees the framework and the JDK. */
public final class ChoreActivator implements BundleActivator {
    private String chore = "";
    private PrintStream out = System.out;
    private IntConsumer exit = code -> {};

    @Override
    public void start(BundleContext context) throws Exception {
        Properties environment = service(context, Properties.class);
        out = service(context, PrintStream.class);
        exit = service(context, IntConsumer.class);
        String[] arguments = (String[]) environment.get("launcher.arguments");
        chore = arguments[0];
        switch (chore) {
            case "NOTHING" -> exit.accept(0);
            case "EXIT_42" -> exit.accept(42);
            case "CRASH" -> throw new IllegalStateException("this one crashes");
            case "SPEAK" -> {
                out.println(environment.getProperty("GREETING"));
                out.println("two");
                out.println("three");
                exit.accept(0);
            }
            case "ONE" -> {
                out.println("one");
                exit.accept(0);
            }
            case "TWO" -> {
                out.println("two");
                exit.accept(0);
            }
            case "FIRST_AND_LAST" -> new Thread(() -> later(context)).start();
            case "STAY" -> out.println("here");
            case "HEED", "IGNORE" -> out.println("ready");
            case "HANG" -> awaitFile(Path.of(arguments[1]));
            case "LEAVE_A_THREAD" -> {
                new Thread(() -> awaitFile(Path.of(arguments[1])), "left-behind").start();
                out.println("here");
            }
            default -> throw new IllegalArgumentException(chore);
        }
    }

    private static <S> S service(BundleContext context, Class<S> type) throws Exception {
        return context.getService(context.getServiceReferences(type, "(kochab.task=true)")
                .iterator()
                .next());
    }

    private void later(BundleContext context) {
        try {
            out.println("first");
            Thread.sleep(1000);
            out.println("last");
            context.getBundle().stop();
        } catch (InterruptedException | BundleException e) {
            e.printStackTrace(out);
        }
    }

    /** Hears no interrupt. */
    private static void awaitFile(Path file) {
        while (!Files.exists(file)) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                continue;
            }
        }
    }

    @Override
    public void stop(BundleContext context) throws Exception {
        if (chore.equals("HEED")) {
            out.println("bye");
            exit.accept(3);
        } else if (chore.equals("IGNORE")) {
            Thread.sleep(1_000_000);
        }
    }
}
