package org.kochab.shell.internal.session;

import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.kochab.api.partition.PartitionKind;

/** Completes names of tenant partitions. */
@Service
public final class TenantPartitionCompleter extends PartitionCompleter {
    @Override
    boolean offers(PartitionKind kind) {
        return kind == PartitionKind.TENANT;
    }
}
