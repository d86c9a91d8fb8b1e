package org.kochab.partition.internal.core.kernel;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.kochab.api.partition.Entry;
import org.kochab.benchmarks.loops.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What it takes to keep a pod as its difference from another, and to read it again; and the same by the JDK's deflate with that other pod as
 * its dictionary, which is given to it: finding it costs nothing there.
 */
@State(Scope.Thread)
public class Keeping {
    private static final int PODS = 4_096;

    /** Of pods that come one after the other. */
    @Param({"1", "100"})
    public int templates;

    private final Packer packer = new Packer();
    private final Entry[] entries = new Entry[PODS];
    private final Object[] packed = new Object[PODS];
    private final byte[][] alike = Sample.pods(2, 1);
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] room = new byte[4_096];
    private byte[] deflated = {};
    private int next;

    @Setup
    public void prepare() {
        byte[][] pods = Sample.pods(PODS, templates);
        long own = 0;
        for (int i = 0; i < PODS; i++) {
            entries[i] = new Entry("pods/shop/default/" + i, pods[i], 1, 1);
            packed[i] = packer.pack(entries[i]);
            own += packed[i] instanceof Packed p ? p.ownBytes() : pods[i].length;
        }
        deflated = deflate();
        System.out.println("a pod has " + pods[0].length + " bytes, " + own / PODS + " of its own, " + deflated.length
                + " deflated");
    }

    private int next() {
        next = next + 1 & PODS - 1;
        return next;
    }

    @Benchmark
    public Object pack() {
        return packer.pack(entries[next()]);
    }

    @Benchmark
    public Object unpack() {
        return packed[next()] instanceof Packed p ? p.entry() : entries[next];
    }

    @Benchmark
    public byte[] deflate() {
        deflater.reset();
        deflater.setDictionary(alike[0]);
        deflater.setInput(alike[1]);
        deflater.finish();
        return Arrays.copyOf(room, deflater.deflate(room));
    }

    @Benchmark
    public byte[] inflate() throws DataFormatException {
        inflater.reset();
        inflater.setDictionary(alike[0]);
        inflater.setInput(deflated);
        byte[] value = new byte[alike[1].length];
        inflater.inflate(value);
        return value;
    }
}
