package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.jspecify.annotations.Nullable;

@Command(
        scope = "kochab",
        name = "plugin-install",
        description =
                "Installs what a vendor ships, on one member after the other, and takes it out again if it is not well",
        detailedDescription =
                "kochab:plugin-install FILE | mvn:GROUP/ARTIFACT/VERSION. The file is a jar with one bundle, or a KAR. Each"
                        + " member looks at it before anything is touched: its content, its signature, and whether all that"
                        + " it imports is there. No other bundle is stopped or refreshed. The first member where it is"
                        + " refused or not well ends it, and it is taken back on the others. The same file again brings it"
                        + " to members that were away.")
@Service
public class PluginInstallCommand extends PluginRequestCommand {
    @Argument(
            index = 0,
            name = "file",
            multiValued = true,
            required = true,
            description = "A jar or KAR on this member, or mvn:GROUP/ARTIFACT/VERSION")
    @Completion(FileCompleter.class)
    @Nullable
    List<String> files;

    @Override
    void run(PrintStream out) {
        out.println(said(service().install(request(one(files, "file"))), "installed"));
    }
}
