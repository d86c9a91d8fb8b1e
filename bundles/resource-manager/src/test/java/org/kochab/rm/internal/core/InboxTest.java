package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static Arrived message(String node, Arrived.Kind kind) {
        return new Arrived("t", node, kind, null, new byte[10]);
    }

    @Test
    void heartbeatsAreDroppedFirstAndReportersRemembered() {
        Inbox inbox = new Inbox(10, 1_000);
        for (int i = 0; i < 8; i++) {
            inbox.add(message("a", Arrived.Kind.HEARTBEAT));
        }
        assertThat(inbox.size()).isEqualTo(5);
        for (int i = 0; i < 8; i++) {
            inbox.add(message("n" + i, Arrived.Kind.REPORTED));
        }
        assertThat(inbox.size()).isEqualTo(10);
        Inbox.Dropped dropped = inbox.dropped();
        assertThat(dropped.messages()).isEqualTo(6);
        assertThat(dropped.heartbeats()).isTrue();
        assertThat(dropped.reporters()).containsExactly("n5", "n6", "n7");
        assertThat(inbox.dropped().messages()).isZero();
    }

    @Test
    void bytesAreBoundedToo() {
        Inbox inbox = new Inbox(1_000, 35);
        for (int i = 0; i < 10; i++) {
            inbox.add(message("a", Arrived.Kind.BIRTH));
        }
        assertThat(inbox.size()).isEqualTo(3);
        assertThat(inbox.take(2)).hasSize(2);
        assertThat(inbox.add(message("a", Arrived.Kind.BIRTH))).isFalse();
        assertThat(inbox.take(9)).hasSize(2);
        assertThat(inbox.add(message("a", Arrived.Kind.BIRTH))).isTrue();
    }

    @Test
    void anOverloadedManagerBlamesNobodyAndAsksForWhatItMissed() {
        try (Rig rig = new Rig()) {
            rig.birth("a", 1, Map.of("cpu", "1"));
            rig.link.sent();
            rig.passSeconds(14);
            for (int i = 0; i < 1_100; i++) {
                rig.manager.received(
                        Rig.topics("b").reported(), Rig.utf8("{\"birth\":1,\"sequence\":1,\"pods\":[]}"), false);
            }
            rig.manager.received(Rig.topics("a").heartbeat(), Rig.utf8("{\"birth\":1,\"sequence\":1}"), false);
            rig.manager.received(
                    Rig.topics("a").reported(), Rig.utf8("{\"birth\":1,\"sequence\":1,\"pods\":[]}"), false);
            rig.settle();
            rig.passSeconds(14);
            assertThat(rig.phase("a")).isEqualTo("Ready");
            assertThat(rig.commands("a")).containsExactly("report");
            assertThat(rig.log).anyMatch(l -> l.contains("Overloaded: dropped 102 messages"));
        }
    }
}
