package com.example.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.spi.controller.Controller;
import org.kochab.testkit.controller.ControllerContractTest;
import org.kochab.testkit.controller.TestPartition;

class SiteControllerTest extends ControllerContractTest {
    @Override
    protected Controller controller() {
        return new SiteController();
    }

    @Override
    protected Resource object() {
        return new CustomObject(
                "web.example.com/v1",
                "Site",
                ObjectMeta.named("shop").withPlace(TestPartition.TENANT.value(), "default"),
                Map.of("spec", Map.of("image", "shop:1", "copies", 2)));
    }

    @Test
    void keepsADeploymentAndSaysHowManyAreReady() {
        TestPartition partition = new TestPartition(controller());
        partition.create(TestPartition.TENANT, object());

        Deployment made = partition.settle().one(Kind.DEPLOYMENT, "shop", Deployment.class);
        assertThat(made.spec().replicas()).isEqualTo(2);
        partition.updateStatus(
                TestPartition.TENANT, made.withStatus(new Deployment.Status(2, 2, 1, 1, 1, 1L, List.of())));
        CustomObject site = partition.settle().one(SiteKind.SITE, "shop", CustomObject.class);
        assertThat(site.status()).containsEntry("ready", 1L);

        partition.update(TestPartition.TENANT, site.with("spec", Map.of("image", "shop:2", "copies", 3)));
        Deployment changed = partition.settle().one(Kind.DEPLOYMENT, "shop", Deployment.class);
        assertThat(changed.spec().replicas()).isEqualTo(3);
        assertThat(changed.spec().template().spec().containers())
                .singleElement()
                .satisfies(c -> assertThat(c.image()).isEqualTo("shop:2"));
    }
}
