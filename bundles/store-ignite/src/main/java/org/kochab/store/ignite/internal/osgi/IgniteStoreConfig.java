package org.kochab.store.ignite.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.store.ignite}; the defaults run a single member that listens on loopback only. */
@ObjectClassDefinition(name = "Kochab store on Apache Ignite")
public @interface IgniteStoreConfig {
    @AttributeDefinition(description = "Name of the store, as partitions' specs have it")
    String storeName() default "ignite";

    @AttributeDefinition(description = "Name of this member; its data belongs to it, so keep it")
    String memberName() default "member-1";

    @AttributeDefinition(description = "Where the data is; empty: the directory store/ignite in Karaf's data directory")
    String directory() default "";

    @AttributeDefinition(description = "Address of the members' sockets; any but loopback needs a keyStore")
    String localHost() default "127.0.0.1";

    @AttributeDefinition(description = "Port where members find each other")
    int discoveryPort() default 47500;

    @AttributeDefinition(description = "Port where members talk to each other")
    int communicationPort() default 47100;

    @AttributeDefinition(description = "host:port of the discovery ports of all members; empty for a single one")
    String[] addresses() default {};

    @AttributeDefinition(
            description =
                    "PKCS #12 file: this member's key and certificate, and the authorities that members' certificates"
                            + " must come from; members then talk TLS, each proving who it is. Empty: no TLS")
    String keyStore() default "";

    @AttributeDefinition(description = "File whose first line is the password of keyStore and of the key in it")
    String keyStorePasswordFile() default "";

    @AttributeDefinition(description = "Memory outside the heap for data pages, in MiB; the rest is read from disk")
    int regionMegabytes() default 256;

    @AttributeDefinition(description = "false: faster, but a crash loses acknowledged writes")
    boolean fsync() default true;

    @AttributeDefinition(description = "How many partitions can commit at the same time")
    int commitThreads() default 8;

    @AttributeDefinition(description = "How many commits may wait for a thread before the next is refused")
    int commitQueue() default 1000;

    @AttributeDefinition(description = "After so many milliseconds a commit gives up")
    int transactionMillis() default 10_000;

    @AttributeDefinition(description = "How many seconds joining and recovering may take")
    int startSeconds() default 60;

    @AttributeDefinition(description = "A member that is silent for so many milliseconds is taken for dead")
    int failureDetectionMillis() default 3_000;
}
