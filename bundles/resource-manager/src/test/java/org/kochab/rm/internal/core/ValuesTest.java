package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.PodDocument.VolumeFile;
import org.kochab.api.link.Request;
import org.kochab.api.model.Container.EnvVar;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer.Granted;
import org.kochab.api.node.PodValues;

/** What pods take from config maps and secrets: told to their node, and kept while they are. */
class ValuesTest {
    private static final VolumeFile FILE = new VolumeFile("a.conf", null, "YQ==");

    private final Rig rig = new Rig();

    @BeforeEach
    void node() {
        rig.birth("a", 1, Map.of("cpu", "4", "memory", "8Gi"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static Claim withValues(Claim claim, String purpose) {
        PodValues values =
                new PodValues(Map.of("main", List.of(new EnvVar("COLOUR", "blue"))), Map.of("conf", List.of(FILE)));
        byte[] sealed = Rig.SEALER.seal(Rig.CODEC.encode(values), purpose);
        return claim.withValues(Base64.getEncoder().encodeToString(sealed));
    }

    private PodDocument told() {
        rig.passSeconds(1);
        String digest = rig.desired("a").pods().get(0).specDigest();
        rig.link.sent();
        rig.send(Rig.topics("a").request(), new Request(1, List.of(digest)));
        return rig.link.sent().stream()
                .filter(m -> m.topic().equals(Rig.topics("a").spec(digest)))
                .map(m -> Rig.CODEC.decode(m.payload(), PodDocument.class))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeIsToldPlainValuesAndKeepsThemThroughAResize() {
        Claim claim = Rig.claim("p", "a", 100, Rig.MIB);
        assertThat(rig.claimOne(withValues(claim, claim.sealedFor()), 1)).isInstanceOf(Granted.class);
        PodDocument told = told();
        assertThat(told.spec().containers().get(0).env()).containsExactly(new EnvVar("COLOUR", "blue"));
        assertThat(told.files()).containsEntry("conf", List.of(FILE));

        // The tenant partition does not resolve them again.
        assertThat(rig.claimOne(Rig.claimOf("p", 2, "tp-1", "a", Rig.requests(200, Rig.MIB)), 1))
                .isInstanceOf(Granted.class);
        assertThat(told().files()).containsEntry("conf", List.of(FILE));
        rig.restart();
        assertThat(told().spec().containers().get(0).env()).containsExactly(new EnvVar("COLOUR", "blue"));
    }

    @Test
    void whatCannotBeOpenedEndsNothing() {
        rig.granted("p", "a", 100);
        rig.passSeconds(1);
        var before = rig.desired("a");
        assertThat(before.pods()).hasSize(1);
        rig.claimOne(withValues(Rig.claim("q", "a", 100, Rig.MIB), "claim/another"), 1);
        rig.passSeconds(1);
        assertThat(rig.desired("a")).isEqualTo(before);
        assertThat(rig.log).anyMatch(l -> l.startsWith("WARN node a is told nothing new"));
    }
}
