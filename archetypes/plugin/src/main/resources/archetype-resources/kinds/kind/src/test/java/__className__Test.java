package ${package};

import java.util.List;
import org.kochab.spi.kind.ResourceKind;
import org.kochab.testkit.kind.ResourceKindContractTest;

class ${className}Test extends ResourceKindContractTest {
    @Override
    protected ResourceKind kind() {
        return new ${className}();
    }

    @Override
    protected List<String> right() {
        return List.of("{\"spec\": {}}", "{\"spec\": {\"size\": 3}, \"status\": {\"phase\": \"Ready\"}}");
    }

    @Override
    protected List<String> wrong() {
        return List.of("{}", "{\"spec\": {\"size\": 0}}", "{\"spec\": {\"weight\": 1}}");
    }
}
