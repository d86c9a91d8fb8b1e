package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses and ports behind a {@link Service} of the same name: each subset is all its addresses with all its ports. */
public record Endpoints(String apiVersion, String kind, ObjectMeta metadata, List<Subset> subsets) implements Resource {
    public Endpoints {
        subsets = Copies.list(subsets);
    }

    public record Subset(List<Address> addresses, List<Address> notReadyAddresses, List<Port> ports) {
        public Subset {
            addresses = Copies.list(addresses);
            notReadyAddresses = Copies.list(notReadyAddresses);
            ports = Copies.list(ports);
        }
    }

    public record Address(
            String ip, @Nullable String hostname, @Nullable String nodeName, @Nullable Target targetRef) {}

    /** The pod that has an address. */
    public record Target(String kind, @Nullable String namespace, String name, @Nullable String uid) {}

    /** @param port a number */
    public record Port(@Nullable String name, @Nullable String port, @Nullable String protocol) {}

    @Override
    public Endpoints withMetadata(ObjectMeta value) {
        return new Endpoints(apiVersion, kind, value, subsets);
    }

    public Endpoints withSubsets(List<Subset> value) {
        return new Endpoints(apiVersion, kind, metadata, value);
    }
}
