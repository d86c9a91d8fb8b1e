package com.example.gang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.Reservation;
import org.kochab.testkit.scheduler.BindHookContractTest;

class GangsTest extends BindHookContractTest {
    private final Gangs gangs = new Gangs();

    @Override
    protected BindHook hook() {
        return gangs;
    }

    @Override
    protected Map<String, String> labels() {
        return labels("g", "1");
    }

    private static Map<String, String> labels(String gang, String size) {
        return Map.of(Gangs.GANG, gang, Gangs.SIZE, size);
    }

    private static Reservation member(String name, String gang) {
        return reservation(name, "n1", labels(gang, "3"));
    }

    @Test
    void membersWaitForEachOther() {
        List<Permit> first = gangs.permit(List.of(member("a", "g"), member("b", "g"), member("x", "other")));
        assertThat(first).allMatch(p -> p instanceof Permit.Wait);
        assertThat(first.get(0).reason()).isEqualTo("2 of 3 pods of gang g have nodes");
        assertThat(gangs.permit(List.of(member("c", "g")))).containsExactly(new Permit.Allow());
        assertThat(gangs.permit(List.of(member("a", "g"), member("b", "g")))).allMatch(p -> p instanceof Permit.Allow);
    }

    @Test
    void oneThatLosesItsNodeDoesNotCount() {
        gangs.permit(List.of(member("a", "g"), member("b", "g")));
        gangs.released(List.of(member("a", "g")));
        assertThat(gangs.permit(List.of(member("c", "g"))).get(0)).isInstanceOf(Permit.Wait.class);
    }

    @Test
    void onceItHasStartedNobodyWaits() {
        List<Reservation> all = List.of(member("a", "g"), member("b", "g"), member("c", "g"));
        gangs.permit(all);
        gangs.bound(all);
        assertThat(gangs.permit(List.of(member("again", "g")))).containsExactly(new Permit.Allow());
    }

    @Test
    void aSizeThatIsNoneIsRefused() {
        assertThat(gangs.permit(List.of(reservation("a", "n1", labels("g", "many")))))
                .containsExactly(new Permit.Refuse(
                        "label example.com/gang-size is 'many': it must be 1 to 9999, the gang's members"));
    }
}
