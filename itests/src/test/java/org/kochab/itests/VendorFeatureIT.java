package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kochab.spi.scheduler.PlacementScorer;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.util.tracker.ServiceTracker;

/** A vendor's feature is installed and removed: its service comes and goes, and no other bundle is stopped or refreshed. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class VendorFeatureIT {
    private static final String FEATURE = "hello-scorer";
    private static final int DISTURBING = BundleEvent.STOPPED | BundleEvent.UNRESOLVED | BundleEvent.UPDATED;

    @Inject
    private BundleContext context;

    @Inject
    private BootFinished booted;

    @Configuration
    public Option[] configuration() {
        return Distribution.options(Examples.options());
    }

    @Test
    public void disturbsNobody() throws Exception {
        List<String> disturbed = Collections.synchronizedList(new ArrayList<>());
        SynchronousBundleListener listener = event -> {
            if ((event.getType() & DISTURBING) != 0
                    && !event.getBundle().getSymbolicName().contains("hello-scorer")) {
                disturbed.add(event.getBundle().getSymbolicName());
            }
        };
        ServiceTracker<PlacementScorer, PlacementScorer> scorers =
                new ServiceTracker<>(context, PlacementScorer.class, null);
        scorers.open();
        context.addBundleListener(listener);
        try {
            URI repository = repository();
            Features.change(context, features -> {
                features.addRepository(repository);
                features.installFeature(FEATURE, EnumSet.noneOf(FeaturesService.Option.class));
            });
            assertTrue("the scorer is not offered", scorers.waitForService(60_000) != null);

            Features.change(
                    context,
                    features -> features.uninstallFeature(FEATURE, EnumSet.noneOf(FeaturesService.Option.class)));
            assertEquals("scorers left", 0, scorers.size());
        } finally {
            context.removeBundleListener(listener);
            scorers.close();
        }
        assertEquals("bundles that were disturbed", List.of(), disturbed);
    }

    /** What a vendor ships: one features file with one bundle. */
    private static URI repository() throws IOException {
        Path file = Files.createTempFile("hello-scorer", "-features.xml");
        Files.writeString(
                file,
                "<features name='hello' xmlns='http://karaf.apache.org/xmlns/features/v1.6.0'><feature name='" + FEATURE
                        + "' version='1.0'><bundle>" + Examples.jar(FEATURE).toURI()
                        + "</bundle></feature></features>");
        return file.toUri();
    }
}
