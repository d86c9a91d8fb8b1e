package org.kochab.partition.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.member.MemberSettings;

class MemberConfigTest {
    @Test
    void keysAndDefaultsAreThese() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method m : MemberConfig.class.getDeclaredMethods()) {
            defaults.put(key(m), m.getDefaultValue());
        }
        assertThat(defaults).isEqualTo(new TreeMap<>(new HashMap<String, Object>() {
            private static final long serialVersionUID = 1L;

            {
                put("member.name", "member-1");
                put("store", "ignite");
                put("scheduler", "spread");
                put("bootstrap.tenant.partitions", 1);
                put("bootstrap.resource.managers", 1);
                put("lease.ttl.millis", 10_000L);
                put("lease.several.ttl.millis", 4_000L);
                put("queue.transactions", 32_768);
                put("queue.bytes", 32L << 20);
                put("history.events", 100_000);
                put("history.bytes", 32L << 20);
                put("bookmark.seconds", 30);
                put("restore.file", "");
                put("tenant.placement", "load");
                put("rebalance.after.seconds", 30);
                put(
                        "tenant.quota",
                        "count/pods=200000,count/replicasets.apps=50000,count/deployments.apps=20000,"
                                + "count/functions.kochab.org=20000,count/actions.kochab.org=20000,"
                                + "count/resourcequotas=10000,count/limitranges=10000,count/namespaces=10000,"
                                + "count/persistentvolumeclaims=20000,count/persistentvolumes=20000,count/storageclasses.storage.k8s.io=1000,"
                                + "count/priorityclasses.scheduling.k8s.io=1000,"
                                + "count/configmaps=5000,count/secrets=5000,count/serviceaccounts=20000,count/statefulsets.apps=5000,count/poddisruptionbudgets.policy=5000,"
                                + "count/roles.rbac.authorization.k8s.io=2000,count/rolebindings.rbac.authorization.k8s.io=2000,"
                                + "count/clusterroles.rbac.authorization.k8s.io=2000,count/clusterrolebindings.rbac.authorization.k8s.io=2000");
            }
        }));
        assertThat(MemberComponent.settings(config(Map.of())))
                .isEqualTo(new MemberSettings(
                        "member-1",
                        "ignite",
                        "spread",
                        1,
                        1,
                        KernelLimits.DEFAULT,
                        Duration.ofSeconds(4),
                        "load",
                        Duration.ofSeconds(30)));
    }

    @Test
    void everyKeyIsUsed() {
        Map<String, Object> values = new HashMap<>();
        values.put("member.name", "m");
        values.put("store", "s");
        values.put("scheduler", "binpack");
        values.put("bootstrap.tenant.partitions", 2);
        values.put("bootstrap.resource.managers", 3);
        values.put("lease.ttl.millis", 5_000L);
        values.put("lease.several.ttl.millis", 2_000L);
        values.put("queue.transactions", 10);
        values.put("queue.bytes", 11L);
        values.put("history.events", 12);
        values.put("history.bytes", 13L);
        values.put("bookmark.seconds", 14);
        values.put("tenant.placement", "hash");
        values.put("rebalance.after.seconds", 0);
        KernelLimits limits = KernelLimits.DEFAULT
                .withQueue(10, 11)
                .withHistory(12, 13)
                .withBookmarks(Duration.ofSeconds(14))
                .withLease(Duration.ofSeconds(5), KernelLimits.DEFAULT.commitRetry());
        assertThat(MemberComponent.settings(config(values)))
                .isEqualTo(new MemberSettings(
                        "m", "s", "binpack", 2, 3, limits, Duration.ofSeconds(2), "hash", Duration.ZERO));
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> MemberComponent.settings(config(Map.of("member.name", " "))))
                .hasMessageContaining("member.name");
        assertThatThrownBy(() -> MemberComponent.settings(config(Map.of("tenant.placement", "luck"))))
                .hasMessageContaining("tenant.placement is 'luck': use load or hash");
        assertThatThrownBy(() -> MemberComponent.settings(config(Map.of("rebalance.after.seconds", -1))))
                .hasMessageContaining("rebalance.after.seconds is -1");
        assertThatThrownBy(() -> MemberComponent.settings(config(Map.of("bootstrap.tenant.partitions", -1))))
                .hasMessageContaining("bootstrap.tenant.partitions is -1");
        assertThatThrownBy(() -> MemberComponent.settings(config(Map.of("history.events", 0))))
                .hasMessageContaining("historyEvents is 0");
    }

    @Test
    void theTenantsQuotaIsReadAndChecked() {
        assertThat(MemberComponent.quota("count/pods=10, count/namespaces=5"))
                .isEqualTo(Map.of("count/pods", "10", "count/namespaces", "5"));
        assertThat(MemberComponent.quota(config(Map.of()).tenant_quota())).containsEntry("count/pods", "200000");
        assertThatThrownBy(() -> MemberComponent.quota("count/pods"))
                .hasMessageContaining("tenant.quota of org.kochab.partition[]");
        assertThatThrownBy(() -> MemberComponent.quota("count/pods=many"))
                .hasMessageContaining("tenant.quota of org.kochab.partition[count/pods]: 'many' is not a quantity");
    }

    private static MemberConfig config(Map<String, Object> values) {
        return (MemberConfig) Proxy.newProxyInstance(
                MemberConfig.class.getClassLoader(),
                new Class<?>[] {MemberConfig.class},
                (proxy, method, args) -> values.getOrDefault(key(method), method.getDefaultValue()));
    }

    /** As the DS specification maps names. */
    private static String key(Method method) {
        return method.getName().replace('_', '.');
    }
}
