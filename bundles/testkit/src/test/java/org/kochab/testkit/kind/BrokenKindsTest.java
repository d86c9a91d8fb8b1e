package org.kochab.testkit.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.spi.kind.ResourceKind;

/** The contract finds what is wrong with a kind. */
class BrokenKindsTest {
    private record Offered(String plural, String schema) implements ResourceKind {
        @Override
        public String group() {
            return "example.com";
        }

        @Override
        public String version() {
            return "v1";
        }

        @Override
        public String kind() {
            return "Widget";
        }
    }

    private static ResourceKindContractTest contract(String plural, String schema, String right, String wrong) {
        return new ResourceKindContractTest() {
            @Override
            protected ResourceKind kind() {
                return new Offered(plural, schema);
            }

            @Override
            protected List<String> right() {
                return List.of(right);
            }

            @Override
            protected List<String> wrong() {
                return List.of(wrong);
            }
        };
    }

    private static final String SCHEMA = "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\"}}}";

    @Test
    void aSchemaThatIsNoneIsFound() {
        assertThatThrownBy(() -> contract("widgets", "{\"type\": \"object\"", "{}", "{}")
                        .theDefinitionIsRightAndTheSameEachTime())
                .hasMessageContaining("this is not a JSON object");
        assertThatThrownBy(() -> contract("Widgets", SCHEMA, "{}", "{}").theDefinitionIsRightAndTheSameEachTime())
                .hasMessageContaining("spec.names.plural");
    }

    @Test
    void examplesThatDoNotFitAreFound() {
        ResourceKindContractTest contract = contract("widgets", SCHEMA, "{\"a\": \"x\"}", "{\"a\": 1}");

        assertThatThrownBy(contract::whatIsRightIsStoredWithItsDefaultsAndComesToRest)
                .hasMessageContaining("a: must be a whole number, is 'x'");
        assertThatThrownBy(contract::whatIsWrongIsRefused).isInstanceOf(AssertionError.class);
        assertThatThrownBy(contract::aStatusThatIsWrittenApartHasASchema).isInstanceOf(AssertionError.class);
    }

    @Test
    void whatIsRightPasses() {
        ResourceKindContractTest contract = contract("widgets", SCHEMA, "{\"a\": 1}", "{\"b\": 1}");

        contract.theDefinitionIsRightAndTheSameEachTime();
        contract.whatIsRightIsStoredWithItsDefaultsAndComesToRest();
        contract.whatIsWrongIsRefused();
        contract.columnsCanBeShownOfEveryObject();
        assertThat(contract.kind().hasStatus()).isTrue();
    }
}
