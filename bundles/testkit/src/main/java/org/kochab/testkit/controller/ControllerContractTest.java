package org.kochab.testkit.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.Nodes;

/** What tenant partitions rely on in every {@link Controller}. A controller's own test extends this class. */
public abstract class ControllerContractTest {
    /** A controller, as it is registered; another one each time. */
    protected abstract Controller controller();

    /** An object of the controller's kind, in namespace {@code default} of {@link TestPartition#TENANT}, for which it has something to do. */
    protected abstract Resource object();

    /** What the controller is to find beside it; nothing unless told otherwise. */
    protected void prepare(TestPartition partition) {}

    private TestPartition partition(Controller... controllers) {
        TestPartition partition = new TestPartition(controllers);
        prepare(partition);
        partition.create(TestPartition.TENANT, object());
        return partition;
    }

    private ResourceRef ref() {
        Resource object = object();
        Kind kind = controller().kind();
        return new ResourceRef(
                kind.scope() == Kind.Scope.PLATFORM ? TenantId.SYSTEM : TestPartition.TENANT,
                kind,
                kind.scope() == Kind.Scope.NAMESPACE ? object.metadata().namespace() : null,
                String.valueOf(object.metadata().name()));
    }

    /** All there is of the kinds that it may write. */
    private List<Resource> contents(TestPartition partition) {
        return partition.kinds(TestPartition.TENANT).stream()
                .flatMap(kind -> partition.list(TestPartition.TENANT, kind, null, null).stream())
                .toList();
    }

    @Test
    void hasANameAndAKindThatLivesInATenant() {
        assertThat(controller().name()).isNotBlank().isEqualTo(controller().name());
        assertThat(controller().kind())
                .satisfiesAnyOf(kind -> assertThat(kind).isEqualTo(Kind.TENANT), kind -> assertThat(kind.scope())
                        .isNotEqualTo(Kind.Scope.PLATFORM));
        assertThat(controller().owns()).isNotNull();
    }

    @Test
    void doesSomethingAndComesToRest() {
        TestPartition partition = partition(controller());
        long before = partition.revision();

        partition.settle();

        assertThat(partition.revision()).as("writes").isGreaterThan(before);
        long settled = partition.revision();
        partition.settle();
        assertThat(partition.revision()).as("writes though nothing has changed").isEqualTo(settled);
    }

    /** A new leader's controllers are called for everything, and so are those of a bundle that was updated. */
    @Test
    void anotherOneFindsNothingLeftToDo() {
        TestPartition partition = partition(controller()).settle();
        List<Resource> settled = contents(partition);

        controller().reconcile(partition, ref());

        assertThat(contents(partition)).isEqualTo(settled);
    }

    @Test
    void anObjectThatIsGoneIsNoFailure() {
        TestPartition partition = new TestPartition();
        prepare(partition);
        List<Resource> before = contents(partition);

        controller().reconcile(partition, ref());

        assertThat(contents(partition)).isEqualTo(before);
    }

    /** What others still have to do for an object that is being deleted keeps it there. */
    @Test
    void anObjectThatIsBeingDeletedComesToRest() {
        TestPartition partition = partition(controller());
        Resource object = partition.get(ref()).orElseThrow();
        partition.update(
                TestPartition.TENANT,
                object.withMetadata(object.metadata()
                        .withFinalizers(List.of("contract.kochab.org/wait"))
                        .withDeletion(partition.now(), 0)));

        partition.settle();

        assertThat(partition.get(ref()).orElseThrow().metadata().finalizers()).contains("contract.kochab.org/wait");
    }

    /** Resource managers are out of reach, and their nodes out of sight: that is no reason to delete anything. */
    @Test
    void nothingIsDeletedForWantOfNodes() {
        TestPartition partition = partition(controller()).settle();
        List<String> before = kept(partition);

        partition.nodes(new Nodes(List.of(), false));
        partition.settle();

        assertThat(kept(partition)).containsAll(before);
    }

    /** What is there to stay. */
    private List<String> kept(TestPartition partition) {
        return contents(partition).stream()
                .filter(r -> r.metadata().deletionTimestamp() == null)
                .map(r -> r.kind() + " " + r.metadata().uid())
                .toList();
    }

    /** Somebody is faster, once: the conflict is let through, or mended, but not taken for done. */
    @Test
    void aConflictIsNotTheEnd() {
        TestPartition undisturbed = partition(controller()).settle();
        TestPartition disturbed = new TestPartition() {
            private boolean conflict = true;

            @Override
            public Resource update(TenantId tenant, Resource resource) {
                if (conflict && resource.metadata().resourceVersion() != null) {
                    conflict = false;
                    throw new ResourceException(ResourceException.Reason.CONFLICT, "somebody was faster");
                }
                return super.update(tenant, resource);
            }
        };
        disturbed.with(controller().kind());
        prepare(disturbed);
        disturbed.create(TestPartition.TENANT, object());
        Controller controller = controller();
        try {
            controller.reconcile(disturbed, ref());
        } catch (ResourceException e) {
            assertThat(e.reason()).isEqualTo(ResourceException.Reason.CONFLICT);
            disturbed.add(List.of(controller));
            disturbed.settle();
        }
        assertThat(contents(disturbed).stream().map(ControllerContractTest::plain))
                .isEqualTo(contents(undisturbed).stream()
                        .map(ControllerContractTest::plain)
                        .toList());
    }

    /** Without what numbers writes and names. */
    private static Resource plain(Resource resource) {
        return resource.withMetadata(
                resource.metadata().withResourceVersion(null).withName(""));
    }
}
