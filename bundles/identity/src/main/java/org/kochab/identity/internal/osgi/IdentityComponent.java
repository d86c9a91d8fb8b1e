package org.kochab.identity.internal.osgi;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.partition.PartitionService;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.identity.internal.service.Identities;
import org.kochab.spi.mqtt.MqttCredentials;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The identities of this member. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.identity")
@Designate(ocd = IdentityConfig.class)
public final class IdentityComponent {
    private static final int MOST_DAYS = 365;

    private final Identities identities;
    private final ServiceRegistration<?> registration;
    private final ServiceRegistration<?> users;
    private final ServiceRegistration<?> accounts;

    @Activate
    public IdentityComponent(
            BundleContext context,
            @Reference PartitionService partitions,
            @Reference Codec codec,
            IdentityConfig config) {
        if (config.certificate_days() < 1 || config.certificate_days() > MOST_DAYS) {
            throw new IllegalArgumentException(
                    "certificate.days is " + config.certificate_days() + ": use 1 to " + MOST_DAYS);
        }
        List<String> names = Arrays.stream(config.member_names())
                .flatMap(n -> Arrays.stream(n.split(",")))
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .toList();
        identities = new Identities(
                partitions,
                codec,
                Duration.ofDays(config.certificate_days()),
                names.isEmpty() ? HostNames.ofThisMachine() : HostNames.of(names),
                Instant::now);
        identities.start();
        String[] services = {NodeIdentities.class.getName(), MqttCredentials.class.getName(), Identities.class.getName()
        };
        registration = context.registerService(services, identities, null);
        users = context.registerService(UserIdentities.class, identities.users(), null);
        accounts = context.registerService(AccountTokens.class, identities.accounts(), null);
    }

    @Deactivate
    void stop() {
        accounts.unregister();
        users.unregister();
        registration.unregister();
        identities.close();
    }
}
