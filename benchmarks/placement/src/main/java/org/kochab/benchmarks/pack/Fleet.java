package org.kochab.benchmarks.pack;

import java.util.Arrays;
import java.util.List;

/** What is free on every node, device by device. */
final class Fleet {
    final List<Host> hosts;
    final long[] cpu;
    final long[] memory;
    /** Thousandths free, by node and device. */
    final int[][] gpu;

    Fleet(List<Host> hosts) {
        this.hosts = hosts;
        this.cpu = hosts.stream().mapToLong(Host::cpu).toArray();
        this.memory = hosts.stream().mapToLong(Host::memory).toArray();
        this.gpu = new int[hosts.size()][];
        for (int i = 0; i < gpu.length; i++) {
            gpu[i] = new int[hosts.get(i).gpus()];
            Arrays.fill(gpu[i], Host.WHOLE);
        }
    }

    boolean fits(int host, Shape shape) {
        return cpu[host] >= shape.cpu() && memory[host] >= shape.memory() && Devices.fit(gpu[host], shape);
    }

    int gpuFree(int host) {
        int sum = 0;
        for (int free : gpu[host]) {
            sum += free;
        }
        return sum;
    }

    /** @throws IllegalStateException if it does not fit */
    void take(Placement placement, Shape shape) {
        int host = placement.host();
        cpu[host] -= shape.cpu();
        memory[host] -= shape.memory();
        if (cpu[host] < 0 || memory[host] < 0) {
            throw new IllegalStateException(hosts.get(host).name() + " is oversold");
        }
        if (Integer.bitCount(placement.devices()) != shape.gpus()) {
            throw new IllegalStateException("a pod that asks for " + shape.gpus() + " devices has others");
        }
        for (int left = placement.devices(); left != 0; left &= left - 1) {
            int device = Integer.numberOfTrailingZeros(left);
            if (device >= gpu[host].length || (gpu[host][device] -= shape.gpuMilli()) < 0) {
                throw new IllegalStateException(hosts.get(host).name() + " is oversold: device " + device);
            }
        }
    }
}
