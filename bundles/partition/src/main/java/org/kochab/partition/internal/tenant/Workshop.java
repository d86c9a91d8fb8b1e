package org.kochab.partition.internal.tenant;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Operation;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.tenant.Changes;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.ObjectRules;

/** What everything that handles objects shares. */
record Workshop(
        ObjectRules rules, Changes changes, Decoded decoded, InstantSource clock, Random random, KindCatalogue kinds) {
    /** More would not fit into one message to a node. */
    private static final int MOST_BYTES = 1 << 20;

    /** Without kinds but those that are built in. */
    Workshop(ObjectRules rules, Changes changes, Decoded decoded, InstantSource clock, Random random) {
        this(rules, changes, decoded, clock, random, new KindCatalogue(rules));
    }

    /** Where uids and the ends of generated names come from. */
    interface Random {
        int DRAWS = 8;

        String uid();

        /** Five letters and digits. */
        String suffix();

        /** A name that begins so. It is drawn again while it is taken, up to {@value #DRAWS} times, as often as Kubernetes does. */
        default String name(String start, Predicate<String> taken) {
            String name = start + suffix();
            for (int drawn = 1; drawn < DRAWS && taken.test(name); drawn++) {
                name = start + suffix();
            }
            return name;
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Puts the service account of a new namespace. */
    Operation defaultAccount(TenantId tenant, String namespace, long era) {
        ServiceAccount account = changes.defaultAccount(tenant, namespace, random.uid(), now());
        return new Operation.Put(ObjectKeys.key(ResourceRef.of(Kind.SERVICE_ACCOUNT, account)), encode(account, era));
    }

    /**
     * @param era the tenant's where it is stored
     * @throws ResourceException if the object is too large
     */
    byte[] encode(Resource object, long era) {
        byte[] bytes = decoded.encode(object, era);
        if (bytes.length > MOST_BYTES) {
            throw new ResourceException(
                    Reason.INVALID,
                    object.kind() + " " + object.metadata().name() + ": has " + bytes.length
                            + " bytes as JSON; at most " + MOST_BYTES + " can be stored, move large texts elsewhere");
        }
        return bytes;
    }
}
