package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.ResourceTables;

class WatchingTest {
    private static final TenantId TENANT = new TenantId("default");

    private final MapResources resources = new MapResources();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsWhatIsThereAndEveryChangeUntilInterrupted() throws Exception {
        resources.add("default", Samples.pod("a", "default"));
        var printer = new ResourcePrinter(new PrintStream(written, true, StandardCharsets.UTF_8), null, 0);
        var each = printer.stream(Output.TABLE, Kind.POD, new ResourceTables.Shape(false, false, false));
        var thread = new Thread(
                () -> new Watching(resources, TENANT, Kind.POD, Query.namespace("default")).run(each, () -> true));
        thread.start();
        await().until(() -> text().contains("a      0/1     Pending") && resources.watching() == 1);
        resources.add("default", Samples.pod("b", "default"));
        await().until(() -> text().contains("b      0/1     Pending"));
        resources.delete(new ResourceRef(TENANT, Kind.POD, "default", "b"), DeleteOptions.DEFAULT);
        await().until(() -> text().contains("b      0/1     Terminating"));
        thread.interrupt();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(resources.watching()).isZero();
        assertThat(text()).containsOnlyOnce("NAME");
    }
}
