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
import org.kochab.api.identity.UserCertificate;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Kubeconfig;
import org.kochab.shell.internal.session.TenantCompleter;

@Command(
        scope = "kochab",
        name = "kubeconfig",
        description = "Prints what kubectl needs to work as a user of a tenant",
        detailedDescription =
                "It holds a key that is made for it and kept nowhere else. Tenant 'system' stands for the platform: its users are operators.")
@Service
public class KubeconfigCommand extends KochabCommand {
    @Argument(index = 0, name = "tenant", required = true, description = "Tenant; system for an operator")
    @Completion(TenantCompleter.class)
    String tenant = "";

    @Argument(index = 1, name = "user", multiValued = true, required = true, description = "Name of the user")
    @Nullable
    List<String> users;

    @Option(
            name = "--group",
            multiValued = true,
            description =
                    "A group that the user is in; may be given again. Without one the user may do everything in the tenant (group system:masters); with one only what roles allow")
    @Nullable
    List<String> groups;

    @Option(name = "--days", description = "How long it is good for; it cannot be taken back before")
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
    Gateway gateway;

    @Reference(optional = true)
    @Nullable
    ResourceService resources;

    @Override
    void run(PrintStream out) {
        String user = one(users, "user");
        TenantId of = new TenantId(tenant);
        URI address = address();
        if (!of.equals(TenantId.SYSTEM)
                && need(resources, "resource service")
                        .get(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, tenant))
                        .isEmpty()) {
            throw new Failure("There is no tenant " + tenant + ": kochab:tenant-list shows those that there are");
        }
        UserCertificate issued = need(identities, "identity service").issue(of, user, groups(), Duration.ofDays(days));
        String text = Kubeconfig.of(address, tenant, user, issued);
        if (file == null) {
            out.print(text);
            return;
        }
        Path path = Path.of(file).toAbsolutePath();
        write(path, text);
        out.println(path + " is good until " + issued.expires() + ": kubectl --kubeconfig " + path + " get pods");
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
