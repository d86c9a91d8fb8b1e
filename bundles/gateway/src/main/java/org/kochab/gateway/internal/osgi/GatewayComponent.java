package org.kochab.gateway.internal.osgi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.kochab.api.codec.Codec;
import org.kochab.api.gateway.Gateway;
import org.kochab.api.gateway.TenantUsage;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceService;
import org.kochab.gateway.internal.http.ApiServer;
import org.kochab.gateway.internal.http.Limits;
import org.kochab.gateway.internal.service.Api;
import org.kochab.gateway.internal.service.Services;
import org.kochab.gateway.internal.service.Shares;
import org.kochab.resourcetext.AuditLine;
import org.kochab.spi.mqtt.MqttCredentials;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.LoggerFactory;

/** Runs the HTTP API. Immediate because its clients come over the network. */
@Component(service = Gateway.class, configurationPid = "org.kochab.gateway", immediate = true)
@Designate(ocd = GatewayConfig.class)
public final class GatewayComponent implements Gateway {
    private static final int WAITING_FOR_EACH = 8;
    /** One place for a watch of so many. */
    private static final int KEPT_FOR_OPERATORS = 8;

    private final Shares streams;
    private final Api api;
    private final ApiServer server;
    private final URI address;

    @Activate
    public GatewayComponent(
            BundleContext context,
            @Reference ResourceService resources,
            @Reference Codec codec,
            @Reference PartitionService partitions,
            @Reference ResourceManagers managers,
            @Reference MqttCredentials credentials,
            @Reference AccountTokens tokens,
            GatewayConfig config)
            throws IOException {
        Services services = new Services(
                resources,
                codec,
                partitions,
                managers,
                tokens,
                context.getBundle().getVersion().toString(),
                Instant::now);
        Limits usual = Limits.DEFAULT;
        Limits limits = new Limits(
                config.limit_connections(),
                usual.bodyBytes(),
                usual.headerBytes(),
                usual.idleSeconds(),
                usual.stuckSeconds(),
                config.limit_requests(),
                config.limit_requests() * WAITING_FOR_EACH,
                config.limit_requestsPerSecond());
        streams = new Shares(
                config.limit_watches(), config.limit_tenantWatches(), config.limit_watches() / KEPT_FOR_OPERATORS);
        Shares commands = Shares.halved(config.limit_execs());
        api = new Api(services, streams, commands, LoggerFactory.getLogger(AuditLine.LOGGER)::info);
        InetAddress host = InetAddress.getByName(config.host());
        try {
            server = ApiServer.start(
                    new InetSocketAddress(host, config.port()),
                    limits,
                    credentials::current,
                    api::caller,
                    api::home,
                    api::handle,
                    Instant::now);
        } catch (IOException e) {
            api.close();
            throw e;
        }
        String name = host.isAnyLocalAddress() ? InetAddress.getLocalHost().getHostName() : config.host();
        address = URI.create("https://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + server.port());
    }

    @Override
    public URI address() {
        return address;
    }

    @Override
    public List<TenantUsage> usage() {
        return server.usage(streams::of);
    }

    @Deactivate
    void stop() {
        server.close();
        api.close();
    }
}
