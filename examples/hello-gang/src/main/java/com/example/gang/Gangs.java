package com.example.gang;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.Reservation;
import org.osgi.service.component.annotations.Component;

/**
 * Pods with the labels {@code example.com/gang: NAME} and {@code example.com/gang-size: N} start once N of that name and namespace have nodes. Kubernetes' coscheduling plugin does the same with its permit extension point.
 *
 * <p>Kept in memory only: a gang's members are counted anew by the next leader, which loses nothing, since none of them had its node for good.
 */
@Component(service = BindHook.class)
public final class Gangs implements BindHook {
    static final String GANG = "example.com/gang";
    static final String SIZE = "example.com/gang-size";
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final int MOST_STARTED = 10_000;

    private record Gang(String tenant, String namespace, String name) {
        static Gang of(Reservation pod) {
            return new Gang(pod.tenant().value(), pod.namespace(), pod.labels().getOrDefault(GANG, ""));
        }
    }

    private final Map<Gang, Set<String>> gathering = new LinkedHashMap<>();
    /** A pod of these that comes later, in another's place, need not wait. */
    private final Set<Gang> started = new LinkedHashSet<>();

    @Override
    public String name() {
        return GANG;
    }

    @Override
    public String label() {
        return GANG;
    }

    @Override
    public synchronized List<Permit> permit(List<Reservation> pods) {
        for (Reservation pod : pods) {
            gathering.computeIfAbsent(Gang.of(pod), g -> new LinkedHashSet<>()).add(pod.uid());
        }
        return pods.stream().map(this::permit).toList();
    }

    private Permit permit(Reservation pod) {
        Gang gang = Gang.of(pod);
        String size = pod.labels().getOrDefault(SIZE, "");
        if (!size.matches("[1-9][0-9]{0,3}")) {
            return new Permit.Refuse("label " + SIZE + " is '" + size + "': it must be 1 to 9999, the gang's members");
        }
        int there = gathering.getOrDefault(gang, Set.of()).size();
        if (started.contains(gang) || there >= Integer.parseInt(size)) {
            return new Permit.Allow();
        }
        return new Permit.Wait(AGAIN, there + " of " + size + " pods of gang " + gang.name + " have nodes");
    }

    @Override
    public synchronized void bound(List<Reservation> pods) {
        for (Reservation pod : pods) {
            start(Gang.of(pod));
            forget(pod);
        }
    }

    private void start(Gang gang) {
        if (started.add(gang) && started.size() > MOST_STARTED) {
            started.remove(started.iterator().next());
        }
    }

    @Override
    public synchronized void released(List<Reservation> pods) {
        pods.forEach(this::forget);
    }

    private void forget(Reservation pod) {
        gathering.computeIfPresent(Gang.of(pod), (g, uids) -> {
            uids.remove(pod.uid());
            return uids.isEmpty() ? null : uids;
        });
    }
}
