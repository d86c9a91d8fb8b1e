package org.kochab.schema.check;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomResourceDefinition.Names;
import org.kochab.api.model.CustomResourceDefinition.Schema;
import org.kochab.api.model.CustomResourceDefinition.Spec;
import org.kochab.api.model.CustomResourceDefinition.StatusSubresource;
import org.kochab.api.model.CustomResourceDefinition.Subresources;
import org.kochab.api.model.CustomResourceDefinition.Version;
import org.kochab.spi.kind.ResourceKind;

/** What a bundle offers, as a definition: so both are checked and served by the same code. */
public final class Offers {
    private Offers() {}

    /**
     * @param schema what {@link ResourceKind#schema} is the text of
     * @throws IllegalArgumentException for a scope that kinds cannot have
     */
    public static Spec spec(ResourceKind offer, Map<String, @Nullable Object> schema) {
        String scope =
                switch (offer.scope()) {
                    case NAMESPACE -> "Namespaced";
                    case TENANT -> "Cluster";
                    case PLATFORM -> throw new IllegalArgumentException("scope() is PLATFORM; use NAMESPACE or TENANT");
                };
        Version version = new Version(
                offer.version(),
                true,
                true,
                null,
                null,
                new Schema(schema),
                offer.hasStatus() ? new Subresources(new StatusSubresource(), null) : null,
                offer.columns());
        Names names = new Names(offer.plural(), null, offer.shortNames(), offer.kind(), null, List.of());
        return new Spec(offer.group(), names, scope, List.of(version), null, null);
    }
}
