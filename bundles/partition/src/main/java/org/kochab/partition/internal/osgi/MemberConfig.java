package org.kochab.partition.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.partition}. */
@ObjectClassDefinition(name = "Kochab partitions", description = "This member, and the bounds of its partitions")
public @interface MemberConfig {
    @AttributeDefinition(name = "Member name", description = "Unique in the cluster; a restarted member keeps it")
    String member_name() default "member-1";

    @AttributeDefinition(name = "Store", description = "Store of the directory and of the first partitions")
    String store() default "ignite";

    @AttributeDefinition(name = "Scheduler", description = "Scheduler of the first tenant partitions")
    String scheduler() default "spread";

    @AttributeDefinition(
            name = "First tenant partitions",
            description = "Made on the very first start",
            min = "0",
            max = "1000")
    int bootstrap_tenant_partitions() default 1;

    @AttributeDefinition(
            name = "First resource managers",
            description = "Made on the very first start",
            min = "0",
            max = "1000")
    int bootstrap_resource_managers() default 1;

    @AttributeDefinition(
            name = "Placement of tenants",
            description =
                    "load: a new tenant goes where the fewest tenants are, then the fewest objects; hash: by its name")
    String tenant_placement() default "load";

    @AttributeDefinition(
            name = "Tenants' quota",
            description =
                    "What a tenant may have that says nothing of it in its spec.quota, NAME=QUANTITY, separated by commas, as in a ResourceQuota")
    String tenant_quota() default
            "count/pods=200000,count/replicasets.apps=50000,count/deployments.apps=20000,"
                    + "count/functions.kochab.org=20000,count/actions.kochab.org=20000,"
                    + "count/resourcequotas=10000,count/limitranges=10000,count/namespaces=10000,"
                    + "count/persistentvolumeclaims=20000,count/persistentvolumes=20000,count/storageclasses.storage.k8s.io=1000,"
                    + "count/priorityclasses.scheduling.k8s.io=1000,"
                    + "count/configmaps=5000,count/secrets=5000,count/serviceaccounts=20000,count/statefulsets.apps=5000,count/poddisruptionbudgets.policy=5000,"
                    + "count/roles.rbac.authorization.k8s.io=2000,count/rolebindings.rbac.authorization.k8s.io=2000,"
                    + "count/clusterroles.rbac.authorization.k8s.io=2000,count/clusterrolebindings.rbac.authorization.k8s.io=2000";

    @AttributeDefinition(
            name = "Restore",
            description = "A backup on this member that an empty store is filled with; the same on all members")
    String restore_file() default "";

    @AttributeDefinition(
            name = "Lease time to live (ms)",
            description = "A member silent for this long loses its partitions to another",
            min = "1000")
    long lease_ttl_millis() default 10_000;

    @AttributeDefinition(
            name = "Lease time to live among several members (ms)",
            description = "The same in stores that several members share: another takes over when it has ended",
            min = "1000")
    long lease_several_ttl_millis() default 4_000;

    @AttributeDefinition(
            name = "Rebalancing (s)",
            description =
                    "A member that came is given its share of the partitions, one after the other, whenever nothing has changed for so long; 0: never",
            min = "0")
    int rebalance_after_seconds() default 30;

    @AttributeDefinition(
            name = "Queue (transactions)",
            description = "Waiting in a partition, half of them one tenant's; more are answered Busy",
            min = "1")
    int queue_transactions() default 32_768;

    @AttributeDefinition(
            name = "Queue (bytes)",
            description = "Waiting in a partition, half of them one tenant's; more are answered Busy",
            min = "1")
    long queue_bytes() default 32L << 20;

    @AttributeDefinition(name = "History (events)", description = "Kept in a partition for watchers", min = "1")
    int history_events() default 100_000;

    @AttributeDefinition(name = "History (bytes)", description = "Kept in a partition for watchers", min = "1")
    long history_bytes() default 32L << 20;

    @AttributeDefinition(name = "Bookmarks (s)", description = "How often an idle watcher gets one", min = "1")
    int bookmark_seconds() default 30;
}
