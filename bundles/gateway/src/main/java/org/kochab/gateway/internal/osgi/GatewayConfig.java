package org.kochab.gateway.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.gateway}. An underscore in a name is a dot in its key. */
@ObjectClassDefinition(name = "Kochab HTTP API", description = "Where the HTTP API listens, and its limits")
public @interface GatewayConfig {
    @AttributeDefinition(description = "Address to listen on; 0.0.0.0 for all. There is TLS on each")
    String host() default "127.0.0.1";

    @AttributeDefinition(min = "0", max = "65535", description = "0 takes any free port")
    int port() default 6443;

    @AttributeDefinition(
            min = "1",
            max = "100000",
            description = "Connections open at the same time; no tenant may have more than half")
    int limit_connections() default 512;

    @AttributeDefinition(
            min = "1",
            max = "100000",
            description =
                    "Watches, and logs that are followed, at the same time; an eighth of them is kept for operators")
    int limit_watches() default 400;

    @AttributeDefinition(min = "1", max = "100000", description = "Of these, one tenant's")
    int limit_tenantWatches() default 100;

    @AttributeDefinition(
            min = "1",
            max = "1000",
            description =
                    "Commands in containers and connections to ports of pods at the same time; no tenant may have more than half")
    int limit_execs() default 32;

    @AttributeDefinition(
            min = "1",
            max = "64",
            description =
                    "Requests about one partition answered at the same time; eight times as many may wait. No tenant may have more than half of either. There are as many places again for operators")
    int limit_requests() default 8;

    @AttributeDefinition(
            min = "1",
            max = "1000000",
            description = "Requests of one tenant in a second; twice as many at once. Operators have no such limit")
    int limit_requestsPerSecond() default 500;
}
