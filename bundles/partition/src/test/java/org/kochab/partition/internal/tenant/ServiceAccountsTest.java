package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;

class ServiceAccountsTest {
    private static final TenantId T = TestPlane.TENANT;
    private static final String NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
    private static final String ACCOUNT =
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: shop}}";
    private static final String POD =
            "{apiVersion: v1, kind: Pod, metadata: {name: %1$s, namespace: shop}, spec: {serviceAccountName: %1$s, containers: [{name: m, image: registry.local/w:1}]}}";

    private final TestPlane test = new TestPlane().ready();

    @AfterEach
    void close() {
        test.close();
    }

    private List<String> accounts(String namespace) {
        return test.resources().list(T, Kind.SERVICE_ACCOUNT, Query.namespace(namespace)).items().stream()
                .map(r -> r.metadata().name())
                .toList();
    }

    @Test
    void comeWithTheirNamespaces() {
        assertThat(accounts("default")).containsExactly("default");
        assertThat(accounts("kube-system")).containsExactly("default");
        test.resources().create(T, test.read(NAMESPACE));
        assertThat(accounts("shop")).containsExactly("default");
        Resource account = test.resources()
                .get(new ResourceRef(T, Kind.SERVICE_ACCOUNT, "shop", "default"))
                .orElseThrow();
        assertThat(account.metadata().uid()).isNotEmpty();
        assertThat(account.metadata().tenant()).isEqualTo("default");
    }

    @Test
    void mayBeAskedForTogetherWithTheirNamespace() {
        List<Outcome> outcomes = test.resources()
                .createAll(
                        T,
                        test.readAll(ACCOUNT.formatted("default") + "\n---\n" + NAMESPACE + "\n---\n"
                                + ACCOUNT.formatted("robot")));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.subList(1, 3)).allMatch(Outcome.Stored.class::isInstance);
        assertThat(accounts("shop")).containsExactly("default", "robot");
    }

    @Test
    void arePodsOnlyWhereTheyAre() {
        test.resources().create(T, test.read(NAMESPACE));
        Resource pod = test.read(POD.formatted("robot"));
        String refusal =
                "spec.serviceAccountName: there is no service account 'robot' in namespace shop; create it first, or leave the field out for default";
        assertThatThrownBy(() -> test.resources().create(T, pod)).hasMessage(refusal);
        assertThatThrownBy(() -> test.resources().apply(T, pod)).hasMessage(refusal);
        assertThatThrownBy(() -> test.resources().dryRun(T, pod)).hasMessage(refusal);
        assertThat(test.resources().list(T, Kind.POD, Query.namespace("shop")).items())
                .isEmpty();

        test.resources().create(T, test.read(ACCOUNT.formatted("robot")));
        test.resources().create(T, pod);
        test.resources().delete(new ResourceRef(T, Kind.SERVICE_ACCOUNT, "shop", "robot"), DeleteOptions.DEFAULT);
        assertThat(test.resources().apply(T, pod).resource().metadata().name()).isEqualTo("robot");
        test.resources().create(T, test.read(POD.formatted("default")));
    }
}
