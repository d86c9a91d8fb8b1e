package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;

class ServiceAccountControllerTest {
    private final World world =
            new World(ServiceAccountController.ofNamespaces(), ServiceAccountController.ofAccounts());

    private Resource namespace(String name) {
        return world.create(World.T, new Namespace("v1", "Namespace", ObjectMeta.named(name), null));
    }

    private static ResourceRef account(String namespace, String name) {
        return new ResourceRef(World.T, Kind.SERVICE_ACCOUNT, namespace, name);
    }

    @Test
    void aNamespaceWithoutOneGetsIt() {
        namespace("old");
        world.settle();
        assertThat(world.get(account("old", "default"))).isPresent();
    }

    @Test
    void oneThatWasDeletedComesBack() {
        namespace("shop");
        world.settle();
        ServiceAccount first =
                (ServiceAccount) world.get(account("shop", "default")).orElseThrow();
        world.forget(first);
        ServiceAccountController.ofAccounts().reconcile(world, account("shop", "other"));
        assertThat(world.get(account("shop", "default"))).isEmpty();
        ServiceAccountController.ofAccounts().reconcile(world, account("shop", "default"));
        assertThat(world.get(account("shop", "default"))
                        .orElseThrow()
                        .metadata()
                        .uid())
                .isNotEqualTo(first.metadata().uid());
    }

    @Test
    void aNamespaceThatGoesGetsNone() {
        world.delete(namespace("going"), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.get(account("going", "default"))).isEmpty();
        ServiceAccountController.ofAccounts().reconcile(world, account("going", "default"));
        ServiceAccountController.ofAccounts().reconcile(world, account("never", "default"));
        assertThat(world.all(Kind.SERVICE_ACCOUNT, ServiceAccount.class)).isEmpty();
    }
}
