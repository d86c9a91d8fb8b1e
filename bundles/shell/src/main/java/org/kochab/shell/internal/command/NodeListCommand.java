package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.NodeIdentity;
import org.kochab.api.model.Kind;
import org.kochab.resourcetext.Ages;

@Command(scope = "kochab", name = "node-list", description = "Shows all nodes")
@Service
public class NodeListCommand extends KindListCommand {
    @Option(name = "--certs", description = "Shows machines that have joined with a certificate, or asked to")
    boolean certs;

    @Reference(optional = true)
    @Nullable
    NodeIdentities identities;

    /** One identity. */
    public record Certificate(String node, String manager, String state, String expires, String uid, String key) {
        static Certificate of(NodeIdentity identity, Instant now) {
            Instant expires = identity.expires();
            boolean expired = expires != null && !expires.isAfter(now);
            String state = identity.state().name();
            return new Certificate(
                    identity.node(),
                    identity.resourceManager(),
                    expired && identity.state() == NodeIdentity.State.VALID
                            ? "Expired"
                            : state.charAt(0) + state.substring(1).toLowerCase(Locale.ROOT),
                    expires == null || expired ? "" : Ages.of(Duration.between(now, expires)),
                    identity.uid(),
                    identity.key());
        }
    }

    @Override
    Kind kind() {
        return Kind.NODE;
    }

    @Override
    void run(PrintStream out) {
        if (!certs) {
            super.run(out);
            return;
        }
        List<Certificate> all = need(identities, "identity service").nodes().stream()
                .map(i -> Certificate.of(i, now()))
                .toList();
        new ResourcePrinter(out, codec, width())
                .records(
                        Output.of(output),
                        Certificate.class,
                        all,
                        "No machine has joined with a certificate: kochab:node-token-create makes a token for that");
    }
}
