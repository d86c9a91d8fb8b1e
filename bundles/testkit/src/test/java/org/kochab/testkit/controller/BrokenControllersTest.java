package org.kochab.testkit.controller;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** The contract finds what breaks it. */
class BrokenControllersTest {
    private interface Work {
        void on(ControllerContext context, Resource object);
    }

    private static ControllerContractTest controller(Work work) {
        return new ControllerContractTest() {
            @Override
            protected Controller controller() {
                return new Controller() {
                    @Override
                    public String name() {
                        return "acme.com/broken";
                    }

                    @Override
                    public Kind kind() {
                        return Kind.DEPLOYMENT;
                    }

                    @Override
                    public List<Kind> owns() {
                        return List.of();
                    }

                    @Override
                    public Outcome reconcile(ControllerContext context, ResourceRef object) {
                        work.on(context, context.get(object).orElseThrow());
                        return Outcome.DONE;
                    }
                };
            }

            @Override
            protected Resource object() {
                ObjectMeta meta = ObjectMeta.named("web").withPlace(TestPartition.TENANT.value(), "default");
                return new Deployment("apps/v1", "Deployment", meta, null, null);
            }
        };
    }

    /** Counts its calls on the object itself. */
    private static void count(ControllerContext context, Resource object) {
        Map<String, String> annotations = new TreeMap<>(object.metadata().annotations());
        annotations.merge("calls", "1", String::concat);
        context.update(
                TestPartition.TENANT, object.withMetadata(object.metadata().withAnnotations(annotations)));
    }

    private static void countOnce(ControllerContext context, Resource object) {
        if (object.metadata().annotations().isEmpty()) {
            count(context, object);
        }
    }

    @Test
    void findsThatNothingIsDone() {
        assertThatThrownBy(controller((context, object) -> {})::doesSomethingAndComesToRest)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("writes");
    }

    @Test
    void findsControllersWithoutRest() {
        assertThatThrownBy(controller(BrokenControllersTest::count)::doesSomethingAndComesToRest)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("never come to rest");
    }

    @Test
    void findsThatItDeletesWhatItDoesNotSee() {
        ControllerContractTest hasty = controller((context, object) -> {
            if (!context.nodes().complete()) {
                context.delete(ResourceRef.of(Kind.DEPLOYMENT, object), DeleteOptions.DEFAULT);
            }
        });
        assertThatThrownBy(hasty::nothingIsDeletedForWantOfNodes).isInstanceOf(AssertionError.class);
    }

    @Test
    void findsThatItStumblesOverWhatIsGone() {
        assertThatThrownBy(controller(BrokenControllersTest::countOnce)::anObjectThatIsGoneIsNoFailure)
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void findsConflictsThatAreTakenForSuccess() {
        ControllerContractTest careless = controller((context, object) -> {
            try {
                countOnce(context, object);
            } catch (ResourceException e) {
                context.event(object, "Warning", "Conflict", e.getMessage());
            }
        });
        assertThatThrownBy(careless::aConflictIsNotTheEnd).isInstanceOf(AssertionError.class);
    }
}
