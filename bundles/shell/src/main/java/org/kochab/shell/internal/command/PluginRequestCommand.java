package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginRequest;
import org.kochab.api.plugin.PluginRollout;
import org.kochab.resourcetext.Ages;

/** A command that installs what a vendor ships. */
abstract class PluginRequestCommand extends KochabCommand {
    @Option(
            name = "--require-signature",
            description = "Only if a vendor signed it whom the members trust, as etc/org.kochab.plugins.cfg says")
    boolean requireSignature;

    @Option(
            name = "--timeout",
            description = "In which it must be well on a member, such as 30s; else it is taken out again")
    String timeout = "30s";

    @Reference(optional = true)
    @Nullable
    PluginPackages packages;

    final PluginPackages service() {
        return need(packages, "plugin installer");
    }

    final PluginRequest request(String source) {
        return new PluginRequest(source, requireSignature, Ages.parse("--timeout", timeout));
    }

    /** One line for what is there now, and one for each thing worth knowing. */
    static String said(PluginRollout rollout, String done) {
        PluginPackage plugin = rollout.plugin();
        String where = rollout.members().isEmpty() ? "this member" : String.join(", ", rollout.members());
        StringBuilder text = new StringBuilder("plugin/" + plugin.name() + " " + plugin.version() + " " + done + " on "
                + where + ": it offers " + String.join(", ", plugin.services()));
        plugin.notes().forEach(n -> text.append("\nNote: ").append(n));
        return text.toString();
    }
}
