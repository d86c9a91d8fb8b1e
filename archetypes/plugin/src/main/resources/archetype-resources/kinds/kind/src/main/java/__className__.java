#set( $end = $className.length() - 4 )
#set( $name = $className.substring(0, $end) )
package ${package};

import java.util.List;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.Kind;
import org.kochab.spi.kind.ResourceKind;
import org.osgi.service.component.annotations.Component;

/** The kind {@code ${name}}: something with a size. A controller for {@code KIND} makes it work. */
@Component(service = ResourceKind.class)
public final class ${className} implements ResourceKind {
    /** What a controller asks for. */
    static final Kind KIND = Kind.custom("${vendor}/v1", "${name}", "${name.toLowerCase()}s", Kind.Scope.NAMESPACE);

    @Override
    public String group() {
        return KIND.group();
    }

    @Override
    public String version() {
        return "v1";
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public String plural() {
        return KIND.plural();
    }

    @Override
    public String schema() {
        return """
                {
                  "type": "object",
                  "description": "Something with a size.",
                  "required": ["spec"],
                  "properties": {
                    "spec": {
                      "type": "object",
                      "properties": {
                        "size": {"type": "integer", "minimum": 1, "default": 1, "description": "How large it is."}
                      }
                    },
                    "status": {
                      "type": "object",
                      "properties": {
                        "phase": {"type": "string", "description": "How far it is."}
                      }
                    }
                  }
                }
                """;
    }

    @Override
    public List<Column> columns() {
        return List.of(
                Column.of("Size", "integer", ".spec.size"),
                Column.of("Phase", "string", ".status.phase"),
                Column.of("Age", "date", ".metadata.creationTimestamp"));
    }
}
