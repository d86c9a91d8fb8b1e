package org.kochab.benchmarks.agents;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.identity.Identity;

/**
 * Where an agent goes in.
 *
 * @param user as whom
 * @param identity shown over TLS; null for a connection without
 */
record Door(InetSocketAddress broker, @Nullable String user, @Nullable Identity identity) {
    /** As the real agent does it: anew with each connection, so that no TLS session is resumed, and only with a broker whose certificate is for its address. */
    void open(ChannelPipeline pipeline) {
        if (identity == null) {
            return;
        }
        SSLEngine engine = identity.context(true).createSSLEngine(broker.getHostString(), broker.getPort());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        pipeline.addLast(new SslHandler(engine));
    }
}
