package com.example.site;

import java.util.List;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.Kind;
import org.kochab.spi.kind.ResourceKind;
import org.osgi.service.component.annotations.Component;

/** A web site: an image, and how many of it. */
@Component(service = ResourceKind.class)
public final class SiteKind implements ResourceKind {
    /** What the controller asks for. */
    static final Kind SITE = Kind.custom("web.example.com/v1", "Site", "sites", Kind.Scope.NAMESPACE);

    @Override
    public String group() {
        return SITE.group();
    }

    @Override
    public String version() {
        return "v1";
    }

    @Override
    public String kind() {
        return SITE.name();
    }

    @Override
    public String plural() {
        return SITE.plural();
    }

    @Override
    public List<String> shortNames() {
        return List.of("st");
    }

    @Override
    public String schema() {
        return """
                {
                  "type": "object",
                  "description": "A web site.",
                  "required": ["spec"],
                  "properties": {
                    "spec": {
                      "type": "object",
                      "required": ["image"],
                      "properties": {
                        "image": {"type": "string", "minLength": 1, "description": "What it runs."},
                        "copies": {"type": "integer", "minimum": 0, "maximum": 100, "default": 1, "description": "How many run at once."}
                      }
                    },
                    "status": {
                      "type": "object",
                      "properties": {
                        "ready": {"type": "integer", "description": "How many are ready."}
                      }
                    }
                  }
                }
                """;
    }

    @Override
    public List<Column> columns() {
        return List.of(
                Column.of("Copies", "integer", ".spec.copies"),
                Column.of("Ready", "integer", ".status.ready"),
                Column.of("Age", "date", ".metadata.creationTimestamp"),
                Column.of("Image", "string", ".spec.image").wide());
    }
}
