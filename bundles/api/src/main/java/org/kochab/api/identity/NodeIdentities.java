package org.kochab.api.identity;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Says which machines are nodes, and issues their certificates. All of it is in the directory: every member answers alike. A change is done when the
 * directory has it, and then the broker of the same member goes by it, unless that takes more than some seconds. Safe for any thread. All methods but
 * {@link #enrol} ask the directory, wherever it is led, and block for that, at most 30 seconds; they fail with {@link ResourceException}, whose
 * message says what to do.
 */
@ProviderType
public interface NodeIdentities {
    /** Makes a token. Its secret is not kept: nobody can be told it again. */
    JoinToken createToken(TokenSpec spec);

    /** Those that have not expired, by id. */
    List<TokenStatus> tokens();

    /** Makes a token useless; nodes that joined with it stay. {@code NOT_FOUND} if there is none of that id. */
    void deleteToken(String id);

    /** By resource manager and name. */
    List<NodeIdentity> nodes();

    /** Lets a waiting node have its certificate, which it gets when it asks again. Does nothing if it has one. {@code NOT_FOUND} as usual. */
    NodeIdentity approve(String resourceManager, String node);

    /**
     * Makes all certificates of a node useless. Every broker of the platform cuts its connections within seconds. Its pods are none of this method's
     * business: a node that is not heard of any more is lost in time.
     */
    NodeIdentity revoke(String resourceManager, String node);

    /** The authority's certificate, PEM. */
    String authority();

    /**
     * Answers a machine that wants to be this node, or that is and wants another certificate. Never blocks.
     *
     * @return never fails: why not is in the answer
     */
    CompletionStage<Enrolled> enrol(String resourceManager, String node, Enrol request);
}
