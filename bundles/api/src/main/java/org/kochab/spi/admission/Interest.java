package org.kochab.spi.admission;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;

/**
 * Which writes a rule is called for: those that are in all three lists, an empty list being all.
 *
 * @param kinds names as manifests have them, for example {@code Deployment}
 * @param tenants the platform's own kinds, tenants and nodes, are those of {@link TenantId#SYSTEM}
 */
public record Interest(List<String> kinds, List<AdmissionRequest.Operation> operations, List<TenantId> tenants) {
    public Interest {
        kinds = List.copyOf(kinds);
        operations = List.copyOf(operations);
        tenants = List.copyOf(tenants);
    }

    /** Creations and changes of these kinds in all tenants. */
    public static Interest writesOf(String... kinds) {
        return new Interest(
                List.of(kinds),
                List.of(AdmissionRequest.Operation.CREATE, AdmissionRequest.Operation.UPDATE),
                List.of());
    }

    public boolean includes(TenantId tenant, Kind kind, AdmissionRequest.Operation operation) {
        return (kinds.isEmpty() || kinds.contains(kind.name()))
                && (operations.isEmpty() || operations.contains(operation))
                && (tenants.isEmpty() || tenants.contains(tenant));
    }
}
