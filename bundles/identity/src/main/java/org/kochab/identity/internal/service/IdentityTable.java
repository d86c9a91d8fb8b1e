package org.kochab.identity.internal.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.partition.Entry;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.TokenKey;
import org.kochab.identity.internal.core.AccountKeyRecord;
import org.kochab.identity.internal.core.AuthorityRecord;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;
import org.kochab.identity.internal.core.TokenRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the directory says of identities, in this member's memory, so that a broker can ask without waiting. It keeps what it last knew while the directory
 * cannot be reached. One thread changes it, any reads it.
 */
final class IdentityTable {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityTable.class);

    private final Codec codec;
    private final Supplier<Instant> clock;
    private final Map<String, TokenRecord> tokens = new ConcurrentHashMap<>();
    private final Map<String, NodeRecord> nodes = new ConcurrentHashMap<>();
    /** Keys of nodes by the uid that their certificates have. */
    private final Map<String, List<String>> byUid = new ConcurrentHashMap<>();

    private volatile @Nullable Authority authority;
    private volatile @Nullable TokenKey accountKey;
    private volatile boolean known;
    private volatile Consumer<Keys.Place> ended = place -> {};
    private long sweptAt;

    IdentityTable(Codec codec, Supplier<Instant> clock) {
        this.codec = codec;
        this.clock = clock;
    }

    /**
     * @param listener told of each node whose connections are no longer good, on the changing thread; of those that are not good now, at once, because
     *     nobody may have heard of it
     */
    void onEnd(Consumer<Keys.Place> listener) {
        ended = listener;
        long now = clock.get().toEpochMilli();
        nodes.forEach((key, node) -> {
            if (node.state() != State.VALID || hasEnded(node, 0, now)) {
                listener.accept(Keys.Place.of(key));
            }
        });
    }

    // ---- changes

    /** All there is; whatever else was known is no more. */
    void replace(Map<String, Entry> all) {
        List.copyOf(nodes.keySet()).stream().filter(k -> !all.containsKey(k)).forEach(this::remove);
        List.copyOf(tokens.keySet()).stream().filter(k -> !all.containsKey(k)).forEach(this::remove);
        all.values().forEach(this::put);
        known = true;
    }

    /** One that cannot be read counts as none, and stands in nobody else's way. */
    void put(Entry entry) {
        try {
            read(entry);
        } catch (CodecException | IllegalArgumentException e) {
            LOG.error("{} in the directory is left out: {}", entry.key(), e.getMessage());
            remove(entry.key());
        }
    }

    private void read(Entry entry) {
        String key = entry.key();
        if (key.equals(Keys.AUTHORITY)) {
            authority = Authority.of(codec.decode(entry.value(), AuthorityRecord.class));
        } else if (key.equals(Keys.ACCOUNTS)) {
            accountKey = TokenKey.of(codec.decode(entry.value(), AccountKeyRecord.class));
        } else if (key.startsWith(Keys.TOKENS)) {
            tokens.put(key, codec.decode(entry.value(), TokenRecord.class));
        } else if (key.startsWith(Keys.NODES)) {
            Keys.Place place = Keys.Place.of(key);
            NodeRecord now = codec.decode(entry.value(), NodeRecord.class);
            NodeRecord before = nodes.put(key, now);
            boolean another = before != null && !before.uid().equals(now.uid());
            if (another) {
                forget(key, before);
            }
            byUid.merge(now.uid(), List.of(key), IdentityTable::joined);
            if (another || now.state() != State.VALID) {
                ended.accept(place);
            }
        }
    }

    void remove(String key) {
        tokens.remove(key);
        NodeRecord before = nodes.remove(key);
        if (before != null) {
            forget(key, before);
            ended.accept(Keys.Place.of(key));
        }
    }

    /** Nodes whose last certificate has ended since the last look. */
    void sweep() {
        long from = sweptAt;
        long to = clock.get().toEpochMilli();
        sweptAt = to;
        nodes.forEach((key, node) -> {
            if (hasEnded(node, from, to)) {
                ended.accept(Keys.Place.of(key));
            }
        });
    }

    private static boolean hasEnded(NodeRecord node, long from, long to) {
        return node.expires() > from && node.expires() <= to;
    }

    private void forget(String key, NodeRecord node) {
        byUid.computeIfPresent(node.uid(), (uid, keys) -> {
            List<String> left = keys.stream().filter(k -> !k.equals(key)).toList();
            return left.isEmpty() ? null : left;
        });
    }

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        more.stream().filter(k -> !all.contains(k)).forEach(all::add);
        return all;
    }

    // ---- looks

    /** Whether it has ever been read. */
    boolean isKnown() {
        return known;
    }

    Optional<Authority> authority() {
        return Optional.ofNullable(authority);
    }

    /** What tokens of service accounts are signed with. */
    Optional<TokenKey> accountKey() {
        return Optional.ofNullable(accountKey);
    }

    boolean admits(JoinToken shown, Keys.Place place) {
        TokenRecord token = tokens.get(Keys.token(shown.id()));
        return token != null
                && token.admits(
                        shown,
                        place.resourceManager(),
                        place.node(),
                        clock.get().toEpochMilli());
    }

    /** Where a node is: once, or twice while it moves to another resource manager. */
    List<Keys.Place> places(String uid) {
        return byUid.getOrDefault(uid, List.of()).stream().map(Keys.Place::of).toList();
    }

    Optional<NodeRecord> node(Keys.Place place) {
        return Optional.ofNullable(nodes.get(Keys.node(place.resourceManager(), place.node())));
    }
}
