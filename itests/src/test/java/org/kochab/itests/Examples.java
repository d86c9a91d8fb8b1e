package org.kochab.itests;

import java.io.File;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.options.CompositeOption;
import org.ops4j.pax.exam.options.DefaultCompositeOption;

/** The vendors' jars of {@code examples/}. */
final class Examples {
    private static final String DIRECTORY = "kochab.examples";
    private static final String VERSION = "kochab.version";

    private Examples() {}

    /** For a container that is to find them. */
    static CompositeOption options() {
        return new DefaultCompositeOption(new Option[] {
            CoreOptions.systemProperty(DIRECTORY).value(new File(System.getProperty(DIRECTORY)).getAbsolutePath()),
            CoreOptions.systemProperty(VERSION).value(System.getProperty(VERSION))
        });
    }

    static File jar(String name) {
        String file = "kochab-example-" + name + "-" + System.getProperty(VERSION) + ".jar";
        return new File(System.getProperty(DIRECTORY), name + "/target/" + file);
    }
}
