package org.kochab.resourcetext;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Service;

/** Services and what is behind them, in words. */
public final class ServiceLine {
    private static final int SHOWN = 3;

    private ServiceLine() {}

    public static String type(Service s) {
        return s.spec() == null || s.spec().type() == null
                ? "ClusterIP"
                : s.spec().type();
    }

    public static String address(Service s) {
        return s.spec() == null
                ? "<none>"
                : ResourceTables.orNone(
                        s.spec().externalName() != null
                                ? s.spec().externalName()
                                : s.spec().clusterIP());
    }

    /** {@code 80/TCP,443/TCP}. */
    public static String ports(Service s) {
        return s.spec() == null
                ? "<none>"
                : ResourceTables.orNone(String.join(
                        ",",
                        s.spec().ports().stream()
                                .map(p -> p.port() + "/" + p.protocol())
                                .toList()));
    }

    /** The first few that are ready, as kubectl has it: {@code 10.0.0.7:80,10.0.0.8:80 + 4 more...}. */
    public static String ready(Endpoints e) {
        List<String> all = new ArrayList<>();
        for (Endpoints.Subset s : e.subsets()) {
            for (Endpoints.Address a : s.addresses()) {
                (s.ports().isEmpty() ? Stream.of(a.ip()) : s.ports().stream().map(p -> a.ip() + ":" + p.port()))
                        .forEach(all::add);
            }
        }
        int more = all.size() - SHOWN;
        return ResourceTables.orNone(String.join(",", more > 0 ? all.subList(0, SHOWN) : all))
                + (more > 0 ? " + " + more + " more..." : "");
    }

    public static int waiting(Endpoints e) {
        return e.subsets().stream().mapToInt(s -> s.notReadyAddresses().size()).sum();
    }
}
