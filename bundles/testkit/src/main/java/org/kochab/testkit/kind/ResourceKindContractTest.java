package org.kochab.testkit.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.CustomResourceDefinition.Spec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.KindDefinition;
import org.kochab.api.model.ObjectMeta;
import org.kochab.schema.Columns;
import org.kochab.schema.Fields;
import org.kochab.schema.Node;
import org.kochab.schema.check.Defaults;
import org.kochab.schema.check.Definitions;
import org.kochab.schema.check.Offers;
import org.kochab.schema.check.Validation;
import org.kochab.spi.kind.ResourceKind;

/** What the platform asks of every {@link ResourceKind}, by the code it asks with. A kind's own test extends this class. */
public abstract class ResourceKindContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The kind, as it is registered; another one each time. */
    protected abstract ResourceKind kind();

    /** Objects that are right: JSON of everything but {@code apiVersion}, {@code kind} and {@code metadata}; with what the columns show. */
    protected abstract List<String> right();

    /** Objects that are to be refused, in the same form: at least one. */
    protected abstract List<String> wrong();

    private static Map<String, @Nullable Object> tree(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new AssertionError("this is not a JSON object: " + e.getOriginalMessage() + "\n" + json, e);
        }
    }

    private Spec spec() {
        return Offers.spec(kind(), tree(kind().schema()));
    }

    private Kind served() {
        return CustomResourceDefinition.kinds(spec(), KindDefinition.Origin.SHARED)
                .get(0);
    }

    private CustomObject object(String json) {
        Kind kind = served();
        return new CustomObject(kind.apiVersion(), kind.name(), ObjectMeta.named("contract"), tree(json));
    }

    private Map<String, @Nullable Object> schema() {
        KindDefinition definition = served().definition();
        assertThat(definition).isNotNull();
        return definition.schema();
    }

    /** As it is stored; what is wrong with it is added to {@code problems}. */
    private Map<String, @Nullable Object> accepted(CustomObject object, List<String> problems) {
        Map<String, @Nullable Object> known =
                Fields.prune(object.fields(), schema(), (path, sentence) -> problems.add(path + " " + sentence));
        CustomObject full = object.withFields(Defaults.fill(known, schema()));
        Validation.check(full.fields(), schema(), (path, sentence) -> problems.add(path + ": " + sentence));
        return full.fields();
    }

    @Test
    void theDefinitionIsRightAndTheSameEachTime() {
        List<String> problems = new ArrayList<>();

        Definitions.check(spec(), (path, sentence) -> problems.add(path + ": " + sentence));

        assertThat(problems).isEmpty();
        assertThat(spec()).isEqualTo(spec());
        assertThat(kind().tenants()).isNotNull();
    }

    @Test
    void whatIsRightIsStoredWithItsDefaultsAndComesToRest() {
        assertThat(right()).isNotEmpty();
        for (String json : right()) {
            List<String> problems = new ArrayList<>();

            Map<String, @Nullable Object> stored = accepted(object(json), problems);

            assertThat(problems).as(json).isEmpty();
            assertThat(accepted(object(json).withFields(stored), problems))
                    .as(json)
                    .isEqualTo(stored);
        }
    }

    @Test
    void whatIsWrongIsRefused() {
        assertThat(wrong()).isNotEmpty();
        for (String json : wrong()) {
            List<String> problems = new ArrayList<>();

            accepted(object(json), problems);

            assertThat(problems).as(json).isNotEmpty();
        }
    }

    /** An object without a status, too: that is what every object is at first. */
    @Test
    void columnsCanBeShownOfEveryObject() {
        Columns columns = Columns.of(served());
        for (String json : right()) {
            assertThat(columns.row(object(json).with("status", null)))
                    .hasSize(columns.columns().size());
        }
    }

    /** A status without a schema would be dropped when it is written. */
    @Test
    void aStatusThatIsWrittenApartHasASchema() {
        if (kind().hasStatus()) {
            assertThat(Node.tree(schema().get("properties"))).containsKey("status");
        }
    }
}
