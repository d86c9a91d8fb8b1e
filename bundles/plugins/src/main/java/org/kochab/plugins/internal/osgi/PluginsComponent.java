package org.kochab.plugins.internal.osgi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginService;
import org.kochab.plugins.internal.core.Limits;
import org.kochab.plugins.internal.core.Signatures;
import org.kochab.plugins.internal.service.RollingPackages;
import org.kochab.plugins.internal.service.Settings;
import org.kochab.spi.cluster.MemberCalls;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The plugins of this member. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.plugins")
@Designate(ocd = PluginsComponent.Config.class)
public final class PluginsComponent {
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final int UNPACKED = 4;
    private static final int MOST_ENTRIES = 20_000;

    /** Configuration, PID {@code org.kochab.plugins}. */
    @ObjectClassDefinition(name = "Kochab plugins")
    public @interface Config {
        @AttributeDefinition(
                name = "Require a signature",
                description = "Whether plugins are only installed if a vendor that is trusted signed them")
        boolean require_signature() default false;

        @AttributeDefinition(
                name = "Trusted",
                description =
                        "A file with certificates of vendors that are trusted, or of authorities that issued them, in PEM")
        String trusted() default "";

        @AttributeDefinition(
                name = "Largest file",
                description = "Bytes of a jar or KAR; it may unpack to four times as many",
                min = "1")
        long largest_bytes() default 64 << 20;
    }

    private final AtomicReference<@Nullable PluginService> services = new AtomicReference<>();
    private final ShellCommands commands = new ShellCommands();
    private final RollingPackages packages;
    private final ServiceRegistration<PluginPackages> registration;

    @Activate
    public PluginsComponent(
            BundleContext context, @Reference ServiceComponentRuntime components, @Reference Codec codec, Config config)
            throws IOException {
        packages = new RollingPackages(
                context, components, commands, codec, settings(config, directory(context)), used(services));
        registration = context.registerService(PluginPackages.class, packages, null);
        packages.bringBack();
    }

    /** Beside Karaf's cache, which an upgrade of the distribution throws away. */
    private static Path directory(BundleContext context) {
        String data = context.getProperty("karaf.data");
        return data == null
                ? context.getDataFile("plugins").toPath()
                : Path.of(data).resolve("plugins").toAbsolutePath();
    }

    static Settings settings(Config config, Path directory) {
        if (config.largest_bytes() < 1) {
            throw new IllegalArgumentException("largest.bytes is " + config.largest_bytes() + ": use 1 or more");
        }
        Limits limits = new Limits(config.largest_bytes(), config.largest_bytes() * UNPACKED, MOST_ENTRIES);
        return new Settings(
                directory, limits, config.require_signature(), new Signatures(trusted(config)), SETTLE, BACK, AGAIN);
    }

    private static List<X509Certificate> trusted(Config config) {
        String file = config.trusted().strip();
        if (file.isEmpty()) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return Signatures.certificates(in);
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException(
                    "trusted is " + file + ", which is no file of certificates in PEM: " + e, e);
        }
    }

    private static Supplier<List<Plugin>> used(AtomicReference<@Nullable PluginService> services) {
        return () -> {
            PluginService now = services.get();
            return now == null ? List.of() : now.plugins();
        };
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bind(PluginService service) {
        services.set(service);
    }

    void unbind(PluginService service) {
        services.compareAndSet(service, null);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, unbind = "detach")
    void attach(MemberCalls calls) {
        packages.attach(calls);
    }

    void detach(MemberCalls calls) {
        packages.detach(calls);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, unbind = "withoutShell")
    void withShell(SessionFactory shell) {
        commands.attach(shell);
    }

    void withoutShell(SessionFactory shell) {
        commands.detach(shell);
    }

    @Deactivate
    void stop() {
        registration.unregister();
        packages.close();
    }
}
