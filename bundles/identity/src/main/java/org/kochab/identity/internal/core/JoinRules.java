package org.kochab.identity.internal.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity.State;

/**
 * Whether a machine becomes a node. A machine is known by its key: with the same one it may ask again as often as it likes, with another one only with a
 * token. A name that has been taken is given to another key only by a token made for that name.
 */
public final class JoinRules {
    /**
     * The answer.
     *
     * @param refusal null if it is the node
     * @param node what is to be kept of it; null if refused
     * @param token what is left of the token it used up; null if none
     */
    public record Decision(@Nullable String refusal, @Nullable NodeRecord node, @Nullable TokenRecord token) {}

    private JoinRules() {}

    /**
     * @param shown the token that came with the request
     * @param kept what the directory has of that token
     * @param uid a new one, for a new node
     */
    public static Decision decide(
            Keys.Place place,
            String key,
            Optional<NodeRecord> known,
            @Nullable JoinToken shown,
            Optional<TokenRecord> kept,
            String uid,
            long now) {
        String where = place.node() + " of " + place.resourceManager();
        boolean same = known.isPresent() && known.get().key().equals(key);
        if (same && known.get().state() != State.REVOKED) {
            return new Decision(null, known.get(), null);
        }
        if (shown == null) {
            return refused(
                    same
                            ? "node " + where
                                    + " was revoked: to let it join again, make a token with kochab:node-token-create --node "
                                    + place.node()
                            : "node " + where
                                    + " is not known by this key: it needs a join token, see kochab:node-token-create");
        }
        if (kept.isEmpty() || !kept.get().admits(shown, place.resourceManager(), place.node(), now)) {
            return refused("the join token is not valid for node " + where
                    + " (any more): make another one with kochab:node-token-create");
        }
        TokenRecord token = kept.get();
        if (token.uses() < 1) {
            return refused("the join token has been used up: make another one with kochab:node-token-create");
        }
        if (known.isPresent() && token.node() == null) {
            return refused("node " + where + " has joined before with "
                    + (same ? "this key and was revoked" : "another key")
                    + ": make a token for it with kochab:node-token-create --node " + place.node());
        }
        State state = token.approval() ? State.WAITING : State.VALID;
        return new Decision(null, new NodeRecord(uid, key, state, 0), token.used());
    }

    private static Decision refused(String why) {
        return new Decision(why, null, null);
    }
}
