package org.kochab.partition.internal.core.tenant;

import java.util.List;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Kind;

final class EndpointsRules implements StatuslessRules<Endpoints> {
    private static final int MOST_ADDRESSES = 1_000;

    @Override
    public Kind kind() {
        return Kind.ENDPOINTS;
    }

    @Override
    public Endpoints complete(Endpoints wanted) {
        return wanted;
    }

    @Override
    public void check(Endpoints endpoints, Problems problems) {
        int all = 0;
        for (int i = 0; i < endpoints.subsets().size(); i++) {
            Endpoints.Subset s = endpoints.subsets().get(i);
            String at = "subsets[" + i + "]";
            addresses(s.addresses(), at + ".addresses", problems);
            addresses(s.notReadyAddresses(), at + ".notReadyAddresses", problems);
            all += s.addresses().size() + s.notReadyAddresses().size();
            for (int j = 0; j < s.ports().size(); j++) {
                String port = s.ports().get(j).port();
                problems.require(
                        port != null && port.matches("[0-9]{1,5}"),
                        at + ".ports[" + j + "].port",
                        Problems.quoted(String.valueOf(port)) + " is no port; write a number from 1 to 65535");
            }
        }
        problems.require(
                all <= MOST_ADDRESSES,
                "subsets",
                "have " + all + " addresses together; " + MOST_ADDRESSES + " is most");
    }

    private static void addresses(List<Endpoints.Address> addresses, String at, Problems problems) {
        for (int i = 0; i < addresses.size(); i++) {
            String ip = addresses.get(i).ip();
            problems.require(
                    ip != null && !ip.isEmpty() && ip.matches("[0-9a-fA-F.:]{2,45}"),
                    at + "[" + i + "].ip",
                    Problems.quoted(String.valueOf(ip)) + " is no address; write one such as 10.0.0.7");
        }
    }

    @Override
    public void checkChange(Endpoints current, Endpoints wanted, Problems problems) {}

    @Override
    public Endpoints merge(Endpoints current, Endpoints wanted) {
        return wanted;
    }

    @Override
    public boolean sameSpec(Endpoints a, Endpoints b) {
        return a.subsets().equals(b.subsets());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
