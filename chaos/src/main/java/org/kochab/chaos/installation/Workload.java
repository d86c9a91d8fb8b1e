package org.kochab.chaos.installation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an installation is given to do: two tenants, each in a tenant partition of its own, each with a deployment that stays as it is, whose pods and
 * processes must never change, and one that {@link Churn} starts and ends. Any thread; all methods but {@link #processes} and {@link #changes} ask the
 * members and block as long.
 */
public final class Workload {
    public static final List<String> TENANTS = List.of("one", "two");

    private static final int STEADY_PODS = 4;

    /** Has pods only while {@link #startAndEnd} is at work. */
    private static final String LATE = "late";

    private static final Pattern UID = Pattern.compile("\"uid\"\\s*:\\s*\"([^\"]+)\"");

    private final Installation kochab;

    public Workload(Installation kochab) {
        this.kochab = kochab;
    }

    /**
     * Makes both tenants and waits for their steady pods.
     *
     * @throws IOException if a command fails, or processes of an earlier run are still there, which would be taken for this one's
     */
    public void prepare() throws IOException, InterruptedException {
        Set<String> left = new TreeSet<>(processes());
        left.addAll(churning());
        if (!left.isEmpty()) {
            throw new IOException("processes of an earlier run on this port are still there, end them: " + left);
        }
        for (int i = 0; i < TENANTS.size(); i++) {
            String tenant = TENANTS.get(i);
            kochab.sh("kochab:tenant-create " + tenant + " --partition tp-" + (i + 1));
            String options = "--tenant " + tenant;
            kochab.apply("steady", STEADY_PODS, steadySeconds(), options);
            for (String deployment : List.of(Churn.NAME, LATE)) {
                kochab.apply(deployment, 0, churningSeconds(), options);
            }
            kochab.sh("kochab:wait deployment steady --tenant " + tenant + " --timeout 120");
        }
    }

    /** Tells this installation's processes from another's on the same machine. */
    private int steadySeconds() {
        return 100_000 + kochab.port();
    }

    private int churningSeconds() {
        return 100_000 + steadySeconds();
    }

    /** The processes of pods that come and go, of all tenants, that run now. */
    public Set<String> churning() {
        return Installation.processes("sleep " + churningSeconds());
    }

    /**
     * Wants so many of a tenant's pods that come and go.
     *
     * @param tenant its index
     * @throws IOException if that fails
     */
    public void scale(int tenant, int pods) throws IOException, InterruptedException {
        kochab.sh(Churn.scaling(Churn.NAME, TENANTS.get(tenant), pods));
    }

    /**
     * Waits until a tenant has what it wants of them.
     *
     * @throws IOException if that takes longer, or fails
     */
    public void await(int tenant, long seconds) throws IOException, InterruptedException {
        kochab.sh(Churn.waiting(Churn.NAME, TENANTS.get(tenant), seconds));
    }

    /**
     * Starts some pods of a tenant that were not under way before, and ends them.
     *
     * @param tenant its index
     * @return seconds until all ran
     * @throws IOException if that takes longer than {@code seconds}, or fails
     */
    public double startAndEnd(int tenant, long seconds) throws IOException, InterruptedException {
        String name = TENANTS.get(tenant);
        long begun = System.nanoTime();
        kochab.sh(Churn.scaling(LATE, name, Churn.PODS) + "; " + Churn.waiting(LATE, name, seconds));
        double took = (System.nanoTime() - begun) / 1e9;
        kochab.sh(Churn.scaling(LATE, name, 0));
        return took;
    }

    /** The steady processes that run now. */
    public Set<String> processes() {
        return Installation.processes("sleep " + steadySeconds());
    }

    /**
     * The steady pods that there are now.
     *
     * @throws IOException if a command fails
     */
    public Set<String> pods() throws IOException, InterruptedException {
        Set<String> uids = new TreeSet<>();
        for (String tenant : TENANTS) {
            Matcher m = UID.matcher(kochab.sh("kochab:get pods -l app=steady -o json --tenant " + tenant));
            while (m.find()) {
                uids.add(m.group(1));
            }
        }
        return uids;
    }

    /** What is no longer as it was, in words. */
    public static List<String> changes(String what, Set<String> wanted, Set<String> found) {
        List<String> changes = new ArrayList<>();
        Set<String> gone = new TreeSet<>(wanted);
        gone.removeAll(found);
        gone.forEach(one -> changes.add(what + " " + one + " ended"));
        if (found.size() > wanted.size()) {
            changes.add("there came another " + what);
        }
        return changes;
    }
}
