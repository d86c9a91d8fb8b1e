package org.kochab.itests;

import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureSecurity;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ops4j.pax.exam.Option;

/** Our own control-plane distribution as Pax Exam starts it: its files as they are, its ports free ones. */
final class Distribution {
    /** Property of the container's JVM. */
    static final String MQTT_PORT = "kochab.mqtt-port";

    private Distribution() {}

    static Option[] options(Option... more) {
        String archive = System.getProperty("kochab.control-plane");
        String mqtt = port();
        List<Option> options = new ArrayList<>(List.of(
                karafDistributionConfiguration()
                        .frameworkUrl(new File(archive).toURI().toString())
                        .name("kochab")
                        .karafVersion("4.4.10")
                        .unpackDirectory(new File("target/exam"))
                        .useDeployFolder(false),
                keepRuntimeFolder(),
                configureSecurity().disableKarafMBeanServerBuilder(),
                configureConsole().ignoreLocalConsole(),
                systemProperty(MQTT_PORT).value(mqtt),
                editConfigurationFilePut("etc/org.apache.karaf.shell.cfg", "sshPort", port()),
                editConfigurationFilePut("etc/org.kochab.mqtt.broker.cfg", "port", mqtt),
                editConfigurationFilePut("etc/org.kochab.gateway.cfg", "port", port()),
                editConfigurationFilePut("etc/org.kochab.rm.cfg", "broker.uris", "tcp://127.0.0.1:" + mqtt),
                editConfigurationFilePut("etc/org.kochab.store.ignite.cfg", "discoveryPort", port()),
                editConfigurationFilePut("etc/org.kochab.store.ignite.cfg", "communicationPort", port())));
        jvm(archive).forEach(o -> options.add(vmOption(o)));
        options.addAll(Arrays.asList(more));
        return options.toArray(new Option[0]);
    }

    /** Pax Exam does not read bin/setenv nor the modules' options of bin/karaf. */
    private static List<String> jvm(String archive) {
        List<String> options = new ArrayList<>(List.of(
                "--add-reads=java.xml=java.logging",
                "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                "--patch-module",
                "java.base=lib/endorsed/org.apache.karaf.specs.locator-4.4.10.jar",
                "--patch-module",
                "java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-4.4.10.jar",
                "--add-opens",
                "java.base/java.security=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.net=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.util=ALL-UNNAMED",
                "--add-opens",
                "java.naming/javax.naming.spi=ALL-UNNAMED",
                "--add-opens",
                "java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED",
                "--add-exports=jdk.naming.rmi/com.sun.jndi.url.rmi=ALL-UNNAMED",
                "-classpath",
                "lib/jdk9plus/*" + File.pathSeparator + "lib/boot/*",
                "-Xmx768m"));
        options.addAll(Installation.BRIEF);
        Path setenv = Path.of(archive).resolveSibling("assembly/bin/setenv");
        try {
            for (String word : Files.readString(setenv).split("[\\s\"\\\\]+")) {
                if (word.startsWith("--add-opens=")) {
                    options.add(word);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return options;
    }

    private static String port() {
        return Integer.toString(Ports.free());
    }
}
