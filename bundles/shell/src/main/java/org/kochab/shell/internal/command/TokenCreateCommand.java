package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.AccountTokens;
import org.kochab.resourcetext.Ages;

@Command(
        scope = "kochab",
        name = "token-create",
        description = "Makes a token with which a program is a service account",
        detailedDescription =
                "The token is shown once and kept nowhere. It is good until it ends, or until the service account is deleted.")
@Service
public class TokenCreateCommand extends ResourceCommand {
    @Argument(
            index = 0,
            name = "account",
            multiValued = true,
            description = "NAMESPACE/NAME of the service account, or its name alone")
    @Nullable
    List<String> accounts;

    @Option(name = "--lifetime", description = "How long it is good for, such as 30m or 24h")
    String lifetime = "1h";

    @Option(
            name = "--audience",
            multiValued = true,
            description = "Who is to read it, in place of the platform's API; may be given again")
    @Nullable
    List<String> audiences;

    @Reference(optional = true)
    @Nullable
    AccountTokens tokens;

    @Override
    void run(PrintStream out) {
        AccountName account = AccountName.of(one(accounts, "service account"), scope().namespace());
        out.println(need(tokens, "identity service")
                .issue(account.find(resources(), scope().tenant()), some(audiences), Ages.parse("--lifetime", lifetime))
                .text());
    }
}
