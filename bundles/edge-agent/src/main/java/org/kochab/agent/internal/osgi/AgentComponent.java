package org.kochab.agent.internal.osgi;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kochab.agent.internal.loop.Agent;
import org.kochab.agent.internal.update.Launcher;
import org.kochab.api.codec.Codec;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.volume.VolumeProvisioner;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The node's agent. It runs as long as there is a codec; drivers, providers of devices and provisioners of volumes may come and go. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.agent")
@Designate(ocd = AgentConfig.class)
public final class AgentComponent {
    private final Agent agent;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Called before the first of the framework's bundles stops. */
    private final SynchronousBundleListener framework = event -> {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            stop();
        }
    };

    @Activate
    public AgentComponent(BundleContext context, AgentConfig config, @Reference Codec codec) throws IOException {
        Optional<Launcher> launcher = Launcher.find(context::getProperty);
        String version = launcher.map(Launcher::version)
                .orElseGet(() -> context.getBundle().getVersion().toString());
        agent = new Agent(AgentSettings.read(config), version, codec, launcher);
        agent.start();
        context.addBundleListener(framework);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDriver(RuntimeDriver driver) {
        agent.add(driver);
    }

    void unbindDriver(RuntimeDriver driver) {
        agent.remove(driver);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDevices(DeviceProvider provider) {
        agent.add(provider);
    }

    void unbindDevices(DeviceProvider provider) {
        agent.remove(provider);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindVolumes(VolumeProvisioner provisioner) {
        agent.add(provisioner);
    }

    void unbindVolumes(VolumeProvisioner provisioner) {
        agent.remove(provisioner);
    }

    @Deactivate
    void deactivate(BundleContext context) {
        context.removeBundleListener(framework);
        stop();
    }

    /** When the whole framework stops, before drivers do: their going says nothing about the node then, and is not to be told. */
    private void stop() {
        if (stopped.compareAndSet(false, true)) {
            agent.close();
        }
    }
}
