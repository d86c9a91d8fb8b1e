package org.kochab.store.mvstore.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.store.mvstore}; none is needed. */
@ObjectClassDefinition(name = "Kochab store in a file, on H2 MVStore")
public @interface MvStoreConfig {
    @AttributeDefinition(description = "Name of the store, as partitions' specs have it")
    String storeName() default "mvstore";

    @AttributeDefinition(
            description = "Where the data is; empty: the directory store/mvstore in Karaf's data directory")
    String directory() default "";

    @AttributeDefinition(description = "Memory for pages of the file, in MiB; the rest is read from disk", min = "4")
    int cacheMegabytes() default 16;

    @AttributeDefinition(description = "How many requests may wait before the next is refused", min = "1")
    int commitQueue() default 1_000;

    @AttributeDefinition(
            description = "MiB of the disk that are left free: commits are refused before it is full",
            min = "1")
    int reserveMegabytes() default 64;
}
