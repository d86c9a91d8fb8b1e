package org.kochab.benchmarks;

import com.netflix.fenzo.ConstraintEvaluator;
import com.netflix.fenzo.SchedulingResult;
import com.netflix.fenzo.TaskAssignmentResult;
import com.netflix.fenzo.TaskRequest;
import com.netflix.fenzo.TaskScheduler;
import com.netflix.fenzo.VMAssignmentResult;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.VirtualMachineLease;
import com.netflix.fenzo.plugins.BinPackingFitnessCalculators;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.Protos;

/** Netflix Fenzo 1.0.1 on the same nodes with pods of one size: its decision only, in memory. */
final class FenzoPeer {
    private static final double CORES = 4;
    private static final double MEGABYTES = 32 * 1024;

    private FenzoPeer() {}

    /** Tasks a second; it checks that each task has a host and no host more than it has. */
    static double tasksPerSecond(int nodes, int tasks) {
        TaskScheduler scheduler = new TaskScheduler.Builder()
                .withLeaseOfferExpirySecs(1_000_000)
                .withLeaseRejectAction(lease -> {})
                .withFitnessCalculator(BinPackingFitnessCalculators.cpuMemBinPacker)
                .disableShortfallEvaluation()
                .build();
        try {
            List<VirtualMachineLease> leases = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                leases.add(new Host("host" + i));
            }
            scheduler.scheduleOnce(Collections.emptyList(), leases);
            List<TaskRequest> requests = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                requests.add(new Task("task" + i));
            }
            long start = System.nanoTime();
            SchedulingResult result = scheduler.scheduleOnce(requests, Collections.emptyList());
            double seconds = (System.nanoTime() - start) / 1e9;
            verify(result, tasks);
            return tasks / seconds;
        } finally {
            scheduler.shutdown();
        }
    }

    private static void verify(SchedulingResult result, int tasks) {
        Map<String, Integer> perHost = new HashMap<>();
        for (VMAssignmentResult host : result.getResultMap().values()) {
            for (TaskAssignmentResult task : host.getTasksAssigned()) {
                perHost.merge(task.getHostname(), 1, Integer::sum);
            }
        }
        int placed = perHost.values().stream().mapToInt(x -> x).sum();
        int most = perHost.values().stream().mapToInt(x -> x).max().orElse(0);
        if (placed != tasks || most > CORES * 10) {
            throw new IllegalStateException(
                    "Fenzo placed " + placed + " of " + tasks + " tasks, at most " + most + " on one host");
        }
    }

    private record Host(String hostname) implements VirtualMachineLease {
        @Override
        public String getId() {
            return "offer-" + hostname;
        }

        @Override
        public long getOfferedTime() {
            return System.currentTimeMillis();
        }

        @Override
        public String getVMID() {
            return hostname;
        }

        @Override
        public double cpuCores() {
            return CORES;
        }

        @Override
        public double memoryMB() {
            return MEGABYTES;
        }

        @Override
        public double networkMbps() {
            return 1000;
        }

        @Override
        public double diskMB() {
            return 100_000;
        }

        @Override
        public List<Range> portRanges() {
            return Collections.emptyList();
        }

        @Override
        public Protos.Offer getOffer() {
            return Protos.Offer.getDefaultInstance();
        }

        @Override
        public Map<String, Protos.Attribute> getAttributeMap() {
            return Collections.emptyMap();
        }

        @Override
        public Double getScalarValue(String name) {
            return null;
        }

        @Override
        public Map<String, Double> getScalarValues() {
            return Collections.emptyMap();
        }
    }

    private static final class Task implements TaskRequest {
        private final String id;
        private AssignedResources assigned;

        Task(String id) {
            this.id = id;
        }

        @Override
        public String getId() {
            return id;
        }

        @Override
        public String taskGroupName() {
            return "";
        }

        @Override
        public double getCPUs() {
            return 0.1;
        }

        @Override
        public double getMemory() {
            return 500;
        }

        @Override
        public double getNetworkMbps() {
            return 0;
        }

        @Override
        public double getDisk() {
            return 0;
        }

        @Override
        public int getPorts() {
            return 0;
        }

        @Override
        public Map<String, Double> getScalarRequests() {
            return null;
        }

        @Override
        public Map<String, NamedResourceSetRequest> getCustomNamedResources() {
            return Collections.emptyMap();
        }

        @Override
        public List<? extends ConstraintEvaluator> getHardConstraints() {
            return Collections.emptyList();
        }

        @Override
        public List<? extends VMTaskFitnessCalculator> getSoftConstraints() {
            return Collections.emptyList();
        }

        @Override
        public void setAssignedResources(AssignedResources resources) {
            assigned = resources;
        }

        @Override
        public AssignedResources getAssignedResources() {
            return assigned;
        }
    }
}
