package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.gateway.FuzzText.repeated;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.api.model.LabelSelector;
import org.kochab.gateway.internal.core.Request;
import org.kochab.resourcetext.Selectors;

/** Selectors and all other parameters of a request, of objects of many kinds: lists, watches, one object, its log. */
class SelectorFuzzTest {
    private static final int LONGEST = 16_000;

    private static final List<String> PATHS = List.of(
            "api/v1/namespaces/default/pods",
            "api/v1/pods",
            "api/v1/namespaces/default/events",
            "apis/example.com/v1/namespaces/default/beacons",
            "apis/apps/v1/deployments",
            "api/v1/namespaces",
            "apis/rbac.authorization.k8s.io/v1/clusterroles",
            "apis/scheduling.k8s.io/v1/priorityclasses",
            "api/v1/namespaces/default/pods/a",
            "api/v1/namespaces/default/pods/a/log",
            "api/v1/namespaces/default/pods/a/exec",
            "tenants/default/api/v1/configmaps");

    private static final List<String> ACCEPTS =
            List.of("", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "*/*");

    private static FuzzPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = new FuzzPlatform();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    static Stream<byte[]> parameters() {
        Stream<String> each = Stream.of(
                "labelSelector=app%3Da,tier!%3Ddb,env+notin+(x,y),!old,tier",
                "labelSelector=app+in+(a,+b),tier%3D%3Dweb&limit=1",
                "labelSelector=app(",
                "labelSelector=a+in+(,),b+in+(),+in+(a)",
                "labelSelector=a+in+(,)",
                "labelSelector=" + repeated(6, "a("),
                "labelSelector=" + repeated(6, "a,") + "&fieldSelector=" + repeated(6, "metadata.name%3Da,"),
                "labelSelector=a+in+(x" + repeated(6, "+") + "y)",
                "labelSelector=tier!%3Da(x,y),!old",
                "labelSelector=a%3D%3D%3Db,tier!%3D%E2%80%83c",
                "fieldSelector=metadata.name%3Da,spec.nodeName!%3Dn1,status.phase%3DPending",
                "fieldSelector=involvedObject.kind%3DPod,reason%3Dx,type!%3DNormal,spec.restartPolicy%3DNever",
                "fieldSelector=metadata.namespace%3Ddefault,metadata.uid%3D1&watch=1&resourceVersion=0&allowWatchBookmarks=true",
                "watch=true&resourceVersion=999999999999999999&timeoutSeconds=999999999999999999",
                "watch=true&resourceVersion=1&timeoutSeconds=1",
                "watch=true&resourceVersion=-1.5e9&resourceVersionMatch=Exact",
                "limit=2&continue=eyJ2IjoxfQ",
                "limit=1&continue=%00%ff",
                "limit=9999999999&continue=" + repeated(6, "a"),
                "limit=0&includeObject=Object&pretty=true",
                "gracePeriodSeconds=1&propagationPolicy=Orphan&dryRun=All&orphanDependents=1",
                "follow=true&tailLines=5&limitBytes=1&container=main&previous=1",
                "stdout=true&stderr=1&command=sh&command=-c",
                "dryRun=none&fieldManager=x&force=true",
                "%zz=%&&=;a;b=c&" + repeated(6, "x=1&"));
        return each.map(SelectorFuzzTest::bytes)
                .flatMap(query -> Stream.of(with('A', '0', query), with('C', '1', query), with('D', '1', query)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] with(char path, char accept, byte[] query) {
        byte[] seed = new byte[query.length + 2];
        seed[0] = (byte) path;
        seed[1] = (byte) accept;
        System.arraycopy(query, 0, seed, 2, query.length);
        return seed;
    }

    @MethodSource("parameters")
    @FuzzTest
    void selector(byte[] bytes) {
        if (bytes.length < 2) {
            return;
        }
        String query = new String(
                FuzzText.expand(Arrays.copyOfRange(bytes, 2, bytes.length), LONGEST), StandardCharsets.UTF_8);
        Map<String, List<String>> parameters;
        try {
            parameters = new QueryStringDecoder("?" + query).parameters();
        } catch (IllegalArgumentException e) {
            // Such a request is refused before it is one.
            return;
        }
        parameters.getOrDefault("labelSelector", List.of()).forEach(SelectorFuzzTest::labels);
        Request request = new Request(
                "GET",
                Arrays.asList(
                        PATHS.get(Math.floorMod(bytes[0] - 'A', PATHS.size())).split("/")),
                new TreeMap<>(parameters),
                ACCEPTS.get(Math.floorMod(bytes[1] - '0', ACCEPTS.size())),
                "",
                "127.0.0.1",
                new byte[0]);
        platform.ask(FuzzPlatform.ANN, request);
    }

    /** What was read, written and read again is the same: nothing of it was passed over. */
    private static void labels(String text) {
        LabelSelector read;
        try {
            read = Selectors.labels(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("Label selector '");
            return;
        }
        if (read != null) {
            String written = Selectors.text(read);
            assertThat(written.equals("<all>") ? new LabelSelector(Map.of(), List.of()) : Selectors.labels(written))
                    .usingRecursiveComparison()
                    .isEqualTo(Selectors.labels(text));
        }
    }
}
