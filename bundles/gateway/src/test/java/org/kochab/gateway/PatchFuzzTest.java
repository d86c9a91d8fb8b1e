package org.kochab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.gateway.FuzzText.repeated;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.gateway.FuzzPlatform.Recorded;
import org.kochab.gateway.internal.core.Json;
import org.kochab.gateway.internal.core.Patch;
import org.kochab.gateway.internal.core.Request;

/** Whatever patch is sent for whatever object, the object is as it was afterwards or as the patch says, or the patch is refused. */
class PatchFuzzTest {
    private static final String PODS = "api/v1/namespaces/default/pods/a";
    private static final String DEPLOYMENTS = "apis/apps/v1/namespaces/default/deployments/a";
    private static final String BEACONS = "apis/example.com/v1/namespaces/default/beacons/a";

    private static final List<String> OBJECTS = List.of(
            PODS,
            DEPLOYMENTS,
            BEACONS,
            "api/v1/namespaces/default/configmaps/a",
            "api/v1/namespaces/default/secrets/a",
            "api/v1/namespaces/default/services/a",
            "api/v1/namespaces/default/persistentvolumeclaims/a",
            "api/v1/namespaces/default/resourcequotas/a",
            "apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/a",
            "apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/a",
            "apis/apps/v1/namespaces/default/statefulsets/a",
            "apis/batch/v1/namespaces/default/jobs/a",
            "apis/batch/v1/namespaces/default/cronjobs/a",
            "apis/apiextensions.k8s.io/v1/customresourcedefinitions/beacons.example.com",
            DEPLOYMENTS + "/scale",
            DEPLOYMENTS + "/status",
            BEACONS + "/status");

    private static final List<String> TYPES = List.of(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");

    private static final TreeMap<String, List<String>> DRY = new TreeMap<>(java.util.Map.of("dryRun", List.of("All")));

    private static FuzzPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = new FuzzPlatform();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static byte[] seed(String object, int type, String patch) {
        return ((char) ('A' + OBJECTS.indexOf(object)) + "" + type + patch.replace('\'', '"'))
                .getBytes(StandardCharsets.UTF_8);
    }

    static Stream<byte[]> patches() {
        Stream<byte[]> each = OBJECTS.stream()
                .flatMap(o -> Stream.of(
                        seed(
                                o,
                                0,
                                "[{'op':'add','path':'/metadata/labels','value':{'a':'b'}},{'op':'test','path':'/kind','value':1}]"),
                        seed(o, 1, "{'metadata':{'labels':{'a':'b','app':null}},'spec':{'replicas':3}}")));
        return Stream.concat(
                each,
                Stream.of(
                        seed(
                                PODS,
                                0,
                                "[{'op':'replace','path':'/spec/containers/0/image','value':'registry.local/web:2'},{'op':'remove','path':'/spec/nodeSelector'}]"),
                        seed(
                                PODS,
                                0,
                                "[{'op':'copy','from':'/spec/containers/0','path':'/spec/containers/-'},{'op':'move','from':'/metadata/labels','path':'/metadata/annotations'}]"),
                        seed(
                                PODS,
                                0,
                                "[{'op':'add','path':'','value':{}},{'op':'add','path':'/a~1b~0','value':[]},{'op':'add','path':'/a~1b~0/0','value':null}]"),
                        seed(PODS, 0, "[{'op':'replace','path':'','value':[1]},{'op':'remove','path':''}]"),
                        seed(
                                PODS,
                                2,
                                "{'spec':{'containers':[{'name':'main','image':'registry.local/web:2','ports':[{'containerPort':80,'$patch':'delete'}]},{'$patch':'replace'}]}}"),
                        seed(
                                PODS,
                                2,
                                "{'metadata':{'$deleteFromPrimitiveList/finalizers':['example.com/kept'],'$setElementOrder/finalizers':['b','a'],'finalizers':['b.c/d']}}"),
                        seed(
                                DEPLOYMENTS,
                                2,
                                "{'spec':{'$retainKeys':['template','selector'],'template':{'spec':{'$setElementOrder/containers':[{'name':'side'},{'name':'main'}],'containers':[{'name':'side','env':[{'name':'A','value':null}]}]}}}}"),
                        seed(
                                DEPLOYMENTS,
                                2,
                                "{'spec':{'template':{'$patch':'replace','spec':{'containers':[]}},'strategy':{'$patch':'delete'}}}"),
                        seed(
                                BEACONS,
                                1,
                                "{'spec':{'free':{'a':1e400,'b':-0.0,'c':123456789012345678901234567890,'d':1e-99999999},'ratio':1e999999999}}"),
                        seed(BEACONS, 1, "{'spec':{'free':" + repeated(2, "{'a':") + "1" + repeated(2, "}") + "}}"),
                        seed(BEACONS, 1, "{'spec':{'free':" + repeated(6, "[") + repeated(6, "]") + "}}"),
                        seed(
                                BEACONS,
                                0,
                                "[{'op':'add','path':'/spec/free','value':{'a':1}},"
                                        + repeated(2, "{'op':'copy','from':'/spec/free','path':'/spec/free/a'},")
                                        + "{'op':'test','path':'/spec/free','value':1}]"),
                        seed(
                                BEACONS,
                                0,
                                "[" + repeated(6, "{'op':'add','path':'/spec/keys/-','value':'x'},")
                                        + "{'op':'add','path':'/spec/keys/-','value':'x'}]"),
                        seed(BEACONS, 0, "[{'op':'add','path':'/spec/free','value':{'a':1}}" + doubled(4) + "]"),
                        seed(BEACONS, 0, "[{'op':'add','path':'/spec/free','value':{'a':1}}" + doubled(11) + "]"),
                        seed(BEACONS, 0, "[{'op':'add','path':'/spec/free','value':{'a':1}}" + doubled(18) + "]"),
                        seed(DEPLOYMENTS, 3, "{}")));
    }

    /** Operations each of which makes an object twice as deep as it was. */
    private static String doubled(int times) {
        StringBuilder operations = new StringBuilder();
        for (int i = 0; i < times; i++) {
            String depth = repeated(i / 2, "/a") + (i % 2 == 0 ? "" : repeated(i / 2, "/a"));
            operations
                    .append(",{'op':'copy','from':'/spec/free','path':'/spec/free")
                    .append(depth)
                    .append("'}");
        }
        return operations.toString();
    }

    @MethodSource("patches")
    @FuzzTest
    void patch(byte[] bytes) {
        if (bytes.length < 2) {
            return;
        }
        List<String> object = Arrays.asList(
                OBJECTS.get(Math.floorMod(bytes[0] - 'A', OBJECTS.size())).split("/"));
        byte[] body = FuzzText.expand(Arrays.copyOfRange(bytes, 2, bytes.length), Json.MOST_BYTES);
        Request request = new Request(
                "PATCH", object, DRY, "", TYPES.get(Math.floorMod(bytes[1] - '0', TYPES.size())), "127.0.0.1", body);
        apply(request);
        platform.ask(FuzzPlatform.ANN, request);
    }

    /** Applied by itself, so that what a patch may do to an object is seen before the object is looked at. */
    private static void apply(Request request) {
        Recorded before = platform.ask(
                FuzzPlatform.ANN, new Request("GET", request.path(), new TreeMap<>(), "", "", "", new byte[0]));
        ObjectNode object = Json.readObject(before.text().getBytes(StandardCharsets.UTF_8));
        ObjectNode same = object.deepCopy();
        FuzzPlatform.unlessRefused(() -> {
            byte[] patched = Json.bytes(Patch.of(request).apply(object));
            assertThat(patched).hasSizeLessThan(4 * Json.MOST_BYTES);
        });
        assertThat(object).isEqualTo(same);
    }
}
