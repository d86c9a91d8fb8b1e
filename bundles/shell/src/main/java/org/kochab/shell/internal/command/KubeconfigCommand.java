package org.kochab.shell.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.gateway.Gateway;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.UserCertificate;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.resourcetext.AuditLine;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Kubeconfig;
import org.kochab.shell.internal.session.Scope;
import org.kochab.shell.internal.session.TenantCompleter;

@Command(
        scope = "kochab",
        name = "kubeconfig",
        description = "Prints what kubectl needs to work as a user or service account of a tenant",
        detailedDescription =
                "It holds a key or token that is made for it and kept nowhere else. Tenant 'system' stands for the platform: its users are operators.")
@Service
public class KubeconfigCommand extends KochabCommand {
    @Argument(index = 0, name = "tenant", required = true, description = "Tenant; system for an operator")
    @Completion(TenantCompleter.class)
    String tenant = "";

    @Argument(
            index = 1,
            name = "user",
            multiValued = true,
            description = "Name of the user; none with --service-account")
    @Nullable
    List<String> users;

    @Option(
            name = "--group",
            multiValued = true,
            description =
                    "A group that the user is in; may be given again. Without one the user may do everything in the tenant (group system:masters); with one only what roles allow")
    @Nullable
    List<String> groups;

    @Option(
            name = "--service-account",
            description = "NAMESPACE/NAME of a service account that it is for, with a token")
    @Nullable
    String account;

    @Option(name = "--days", description = "How long it is good for; a user's cannot be taken back before")
    int days = 30;

    @Option(name = "--server", description = "Where the user reaches the API; this member's address if not given")
    @Nullable
    String server;

    @Option(name = "-o", aliases = "--output", description = "A new file on this member, which only its owner may read")
    @Nullable
    String file;

    @Reference(optional = true)
    @Nullable
    UserIdentities identities;

    @Reference(optional = true)
    @Nullable
    AccountTokens tokens;

    @Reference(optional = true)
    @Nullable
    NodeIdentities authority;

    @Reference(optional = true)
    @Nullable
    Gateway gateway;

    @Reference(optional = true)
    @Nullable
    ResourceService resources;

    @Override
    void place(AuditLine line) {
        line.with("account", account);
    }

    @Override
    void run(PrintStream out) {
        String user = account == null ? one(users, "user") : "";
        TenantId of = new TenantId(tenant);
        URI address = address();
        ResourceService service = need(resources, "resource service");
        if (!of.equals(TenantId.SYSTEM)
                && service.get(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, tenant))
                        .isEmpty()) {
            throw new Failure("There is no tenant " + tenant + ": kochab:tenant-list shows those that there are");
        }
        Made made = account == null ? user(address, of, user) : account(address, of, account, service);
        if (file == null) {
            out.print(made.text());
            return;
        }
        Path path = Path.of(file).toAbsolutePath();
        write(path, made.text());
        out.println(path + " is good until " + made.expires() + ": kubectl --kubeconfig " + path + " get pods");
    }

    private record Made(String text, Instant expires) {}

    private Made user(URI address, TenantId of, String user) {
        UserCertificate issued = need(identities, "identity service").issue(of, user, groups(), Duration.ofDays(days));
        return new Made(Kubeconfig.of(address, tenant, user, issued), issued.expires());
    }

    private Made account(URI address, TenantId of, String text, ResourceService service) {
        if (!some(users).isEmpty() || groups != null) {
            throw new Failure("Option --service-account says who it is for: leave out the user and --group");
        }
        AccountName name = AccountName.of(text, Scope.DEFAULT);
        ServiceAccount found = name.find(service, of);
        String root = need(authority, "identity service").authority();
        AccountToken token = need(tokens, "identity service").issue(found, List.of(), Duration.ofDays(days));
        return new Made(Kubeconfig.of(address, tenant, name.namespace(), name.name(), token, root), token.expires());
    }

    private List<String> groups() {
        return some(groups).isEmpty() ? List.of(UserIdentities.ADMINISTRATORS) : some(groups);
    }

    private URI address() {
        if (server == null) {
            return need(gateway, "HTTP API").address();
        }
        URI given = URI.create(server);
        if (!"https".equals(given.getScheme()) || given.getHost() == null) {
            throw new Failure("Option --server is '" + server + "': write it as https://HOST:PORT");
        }
        return given;
    }

    /** The file is its owner's alone from its first moment. */
    private static void write(Path path, String text) {
        try (SeekableByteChannel channel = Files.newByteChannel(
                path,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw new Failure(path + " exists already: name a new file");
        } catch (IOException e) {
            throw new Failure(path + " was not written: " + e.getMessage());
        }
    }
}
