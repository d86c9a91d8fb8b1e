package org.kochab.gateway.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatchTest {
    private static final String JSON = "application/json-patch+json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    /** Single quotes stand for double ones. */
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode tree(String text) {
        return Json.readObject(json(text));
    }

    private static Patch patch(String type, String changes) {
        return Patch.of(new Request("PATCH", List.of(), new TreeMap<>(), "", type, "", json(changes)));
    }

    private static ObjectNode patched(String type, String target, String changes) {
        return patch(type, changes).apply(tree(target));
    }

    @Test
    void mergePatchesAreThoseOfRfc7386() {
        assertThat(patched(MERGE, "{'a':'b','c':{'d':'e','f':'g'}}", "{'a':'z','c':{'f':null}}"))
                .isEqualTo(tree("{'a':'z','c':{'d':'e'}}"));
        assertThat(patched(MERGE, "{'a':[1,2]}", "{'a':[3]}")).isEqualTo(tree("{'a':[3]}"));
        assertThat(patched(MERGE, "{'a':'b'}", "{'a':{'bb':{'ccc':null}}}")).isEqualTo(tree("{'a':{'bb':{}}}"));
    }

    @Test
    void jsonPatchesDoTheirOperationsInOrder() {
        assertThat(patched(
                        JSON,
                        "{'a':[1,2],'b':{'c':3}}",
                        "[{'op':'test','path':'/a/0','value':1},{'op':'add','path':'/a/1','value':9},{'op':'add','path':'/a/-','value':8},"
                                + "{'op':'remove','path':'/a/0'},{'op':'move','from':'/b/c','path':'/d'},{'op':'copy','from':'/d','path':'/e'},"
                                + "{'op':'replace','path':'/d','value':4}]"))
                .isEqualTo(tree("{'a':[9,2,8],'b':{},'d':4,'e':3}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[{'op':'test','path':'/a','value':2}] | does not hold",
                "[{'op':'replace','path':'/x','value':2}] | nothing at /x",
                "[{'op':'remove','path':'/x'}] | nothing at /x",
                "[{'op':'add','path':'/l/7','value':2}] | nothing at /l/7",
                "[{'op':'add','path':'/a'}] | has no value",
                "[{'op':'turn','path':'/a'}] | op 'turn' is none",
                "[{'op':'add','path':'a','value':1}] | no JSON pointer",
                "{} | is a list"
            })
    void jsonPatchesThatCannotBeDoneSayWhy(String patch, String why) {
        assertThatThrownBy(() -> patched(JSON, "{'a':1,'l':[]}", patch.replace('\'', '"')))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "move"})
    void aJsonPatchDoesNotNestWithoutEnd(String op) {
        String operations = "{'op':'add','path':'/b','value':{'c':{}}},{'op':'" + op
                + "','from':'/a','path':'/b/c/d'},{'op':'move','from':'/b','path':'/a'}";
        String patch = "[" + String.join(",", Collections.nCopies(3_000, operations)) + "]";
        assertThatThrownBy(() -> patched(JSON, "{'a':{}}", patch)).hasMessageContaining("more than 50 levels deep");
        String pointer = "/a".repeat(300_000);
        assertThatThrownBy(() -> patched(JSON, "{'a':{}}", "[{'op':'remove','path':'" + pointer + "'}]"))
                .hasMessageContaining("more than 50 levels deep");
    }

    @Test
    void aJsonPatchDoesNotGrowWithoutEnd() {
        StringBuilder copies = new StringBuilder("[");
        for (int i = 0; i < 40; i++) {
            copies.append(i == 0 ? "" : ",")
                    .append("{'op':'copy','from':'','path':'/x")
                    .append(i)
                    .append("'}");
        }
        String patch = copies.append("]").toString();
        assertThatThrownBy(() -> patched(JSON, "{'a':'" + "z".repeat(1000) + "'}", patch))
                .hasMessageContaining("copies more than");
    }

    @Test
    void listsAreMergedByTheirKeys() {
        assertThat(
                        patched(
                                STRATEGIC,
                                "{'containers':[{'name':'a','image':'1'},{'name':'b','image':'1'}],'tolerations':[{'key':'x'}]}",
                                "{'containers':[{'name':'b','image':'2'},{'name':'c','image':'1'}],'tolerations':[{'key':'y'}]}"))
                .isEqualTo(
                        tree(
                                "{'containers':[{'name':'a','image':'1'},{'name':'b','image':'2'},{'name':'c','image':'1'}],'tolerations':[{'key':'y'}]}"));
    }

    @Test
    void elementsAreTakenOutAndOrdered() {
        assertThat(patched(
                        STRATEGIC,
                        "{'env':[{'name':'a','value':'1'},{'name':'b','value':'1'},{'name':'c','value':'1'}]}",
                        "{'$setElementOrder/env':[{'name':'c'},{'name':'a'}],'env':[{'name':'b','$patch':'delete'}]}"))
                .isEqualTo(tree("{'env':[{'name':'c','value':'1'},{'name':'a','value':'1'}]}"));
        assertThat(patched(STRATEGIC, "{'env':[{'name':'a'}]}", "{'env':[{'$patch':'replace'},{'name':'b'}]}"))
                .isEqualTo(tree("{'env':[{'name':'b'}]}"));
    }

    @Test
    void directivesOfObjectsAreKept() {
        assertThat(patched(
                        STRATEGIC,
                        "{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}",
                        "{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}"))
                .isEqualTo(tree("{'strategy':{'type':'Recreate'}}"));
        assertThat(patched(STRATEGIC, "{'a':{'b':1,'c':2}}", "{'a':{'$patch':'replace','d':3}}"))
                .isEqualTo(tree("{'a':{'d':3}}"));
        assertThat(patched(STRATEGIC, "{'a':{'b':1}}", "{'a':{'b':null},'n':{'x':null,'y':1}}"))
                .isEqualTo(tree("{'a':{},'n':{'y':1}}"));
    }

    @Test
    void listsOfValuesAreSets() {
        assertThat(patched(
                        STRATEGIC,
                        "{'finalizers':['a','b']}",
                        "{'$deleteFromPrimitiveList/finalizers':['a'],'finalizers':['b','c']}"))
                .isEqualTo(tree("{'finalizers':['b','c']}"));
    }

    @Test
    void anElementWithoutItsKeyIsRefused() {
        assertThatThrownBy(() -> patched(STRATEGIC, "{}", "{'containers':[{'image':'x'}]}"))
                .hasMessageContaining("containers has an element without name");
    }

    @Test
    void thePatchedObjectIsAnotherOne() {
        ObjectNode target = tree("{'containers':[{'name':'a'}]}");
        patch(STRATEGIC, "{'containers':[{'name':'a','image':'x'}]}").apply(target);
        assertThat(target).isEqualTo(tree("{'containers':[{'name':'a'}]}"));
    }

    @Test
    void otherFormsAreRefused() {
        assertThatThrownBy(() -> patch("application/apply-patch+yaml", "{}")).hasMessageContaining("server-side apply");
        assertThatThrownBy(() -> patch("text/plain", "{}")).hasMessageContaining("text/plain");
    }
}
