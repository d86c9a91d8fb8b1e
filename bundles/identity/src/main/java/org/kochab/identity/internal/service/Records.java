package org.kochab.identity.internal.service;

import java.util.List;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.Entry;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.TokenKey;
import org.kochab.identity.internal.core.AccountKeyRecord;
import org.kochab.identity.internal.core.AuthorityRecord;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;
import org.kochab.identity.internal.core.TokenRecord;

/** What the directory holds of identities, read. Asks the directory and waits for it, but for the authority and the key of tokens, if they are known already. */
final class Records {
    private static final int MOST_TOKENS = 10_000;

    private final DirectoryCalls directory;
    private final Codec codec;
    private final IdentityTable table;

    Records(DirectoryCalls directory, Codec codec, IdentityTable table) {
        this.directory = directory;
        this.codec = codec;
        this.table = table;
    }

    List<Entry> tokens() {
        return directory.read(p -> p.list(Keys.TOKENS, MOST_TOKENS).entries());
    }

    Authority authority() {
        return table.authority().orElseGet(() -> directory
                .read(p -> p.get(Keys.AUTHORITY))
                .map(e -> Authority.of(codec.decode(e.value(), AuthorityRecord.class)))
                .orElseThrow(() -> new ResourceException(
                        Reason.UNAVAILABLE, "the platform has no authority yet; try again shortly")));
    }

    TokenKey accountKey() {
        return table.accountKey().orElseGet(() -> directory
                .read(p -> p.get(Keys.ACCOUNTS))
                .map(e -> TokenKey.of(codec.decode(e.value(), AccountKeyRecord.class)))
                .orElseThrow(() -> new ResourceException(
                        Reason.UNAVAILABLE, "the platform has no key for tokens yet; try again shortly")));
    }

    NodeRecord node(Entry entry) {
        return codec.decode(entry.value(), NodeRecord.class);
    }

    TokenRecord token(Entry entry) {
        return codec.decode(entry.value(), TokenRecord.class);
    }

    byte[] bytes(Object record) {
        return codec.encode(record);
    }
}
