package org.kochab.partition.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import org.kochab.partition.internal.secret.KeySealer;
import org.kochab.spi.secret.Sealer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers this member's keys for what is stored of secrets. */
@Component(configurationPid = "org.kochab.secrets")
@Designate(ocd = SecretsConfig.class)
public final class SealerComponent implements Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(SealerComponent.class);

    private final KeySealer sealer;

    /** @throws IOException if there is no key file and none can be made */
    @Activate
    public SealerComponent(BundleContext bundle, SecretsConfig config) throws IOException {
        Path file = config.key_file().isEmpty()
                ? Path.of(String.valueOf(bundle.getProperty("karaf.etc")), "secrets.key")
                : Path.of(config.key_file());
        sealer = KeySealer.load(file);
        LOG.info("Secrets are encrypted with key {} of {}", sealer.keyId(), file);
    }

    @Override
    public byte[] seal(byte[] plain, String purpose) {
        return sealer.seal(plain, purpose);
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
        return sealer.open(sealed, purpose);
    }
}
