package org.kochab.benchmarks.loops;

import org.kochab.api.codec.Codec;
import org.kochab.api.model.Pod;
import org.kochab.codec.JacksonCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A pod's JSON to and fro. */
@State(Scope.Thread)
public class Coding {
    private final Codec codec = new JacksonCodec();
    private final byte[] json = Sample.pods(1, 1)[0];
    private final Pod pod = codec.decode(json, Pod.class);

    @Benchmark
    public Pod decode() {
        return codec.decode(json, Pod.class);
    }

    @Benchmark
    public byte[] encode() {
        return codec.encode(pod);
    }
}
