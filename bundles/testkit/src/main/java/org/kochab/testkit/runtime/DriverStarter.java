package org.kochab.testkit.runtime;

import java.nio.file.Path;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** A process that starts one task, says its handle, and waits to be killed. */
final class DriverStarter {
    private DriverStarter() {}

    public static void main(String[] args) throws Exception {
        RuntimeDriverContractTest test = (RuntimeDriverContractTest)
                Class.forName(args[0]).getDeclaredConstructor().newInstance();
        Path directory = Path.of(args[1]);
        RuntimeDriver driver = test.open(directory.resolve("state"));
        TaskSpec task = test.otherTask(directory, args[2], Integer.parseInt(args[3]), Chore.valueOf(args[4]));
        driver.prepare(task);
        TaskHandle handle = driver.start(task);
        System.out.println("handle " + handle.data());
        System.in.read();
    }
}
