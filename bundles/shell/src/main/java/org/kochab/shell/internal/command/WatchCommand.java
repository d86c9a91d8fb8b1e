package org.kochab.shell.internal.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

@Command(scope = "kochab", name = "watch", description = "Shows resources and their changes until interrupted")
@Service
public class WatchCommand extends GetCommand {
    @Override
    void run(PrintStream out) throws Exception {
        watch = true;
        super.run(out);
    }
}
