package org.kochab.codec.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields that may be written as a number though they are text: quantities ({@code cpu: 1}) and Kubernetes' IntOrString ({@code port: 80}).
 * Every other text must be written as text, so that {@code version: 1.10} is refused instead of becoming 1.1.
 */
final class FieldForms extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    private static final Set<String> NUMBER_OR_NAME =
            Set.of("port", "targetPort", "maxSurge", "maxUnavailable", "minAvailable");
    private static final Set<String> QUANTITY = Set.of("sizeLimit");
    private static final Set<String> QUANTITIES = Set.of(
            "requests",
            "limits",
            "capacity",
            "allocatable",
            "hard",
            "used",
            "defaultLimit",
            "defaultRequest",
            "min",
            "max",
            "maxLimitRequestRatio");

    /** {@code default} is no name in Java. */
    private static @Nullable PropertyName renamed(Annotated member) {
        String name = member instanceof AnnotatedParameter ? component(member) : member.getName();
        return "defaultLimit".equals(name) ? PropertyName.construct("default") : null;
    }

    @Override
    public @Nullable PropertyName findNameForDeserialization(Annotated member) {
        return renamed(member);
    }

    @Override
    public @Nullable PropertyName findNameForSerialization(Annotated member) {
        return renamed(member);
    }

    @Override
    public @Nullable Object findDeserializer(Annotated member) {
        String name = component(member);
        boolean lenient = name != null
                && member.getRawType() == String.class
                && (NUMBER_OR_NAME.contains(name) || QUANTITY.contains(name));
        return lenient ? NumberAsText.class : null;
    }

    @Override
    public @Nullable Object findContentDeserializer(Annotated member) {
        String name = component(member);
        boolean lenient = name != null
                && QUANTITIES.contains(name)
                && member.getRawType() == Map.class
                && member.getType().getContentType().hasRawClass(String.class);
        return lenient ? NumberAsText.class : null;
    }

    @Override
    public @Nullable Object findSerializer(Annotated member) {
        return member.getRawType() == String.class && NUMBER_OR_NAME.contains(member.getName())
                ? TextAsNumber.class
                : null;
    }

    private static @Nullable String component(Annotated member) {
        if (!(member instanceof AnnotatedParameter p)) {
            return null;
        }
        RecordComponent[] components = p.getDeclaringClass().getRecordComponents();
        return components == null || p.getIndex() >= components.length ? null : components[p.getIndex()].getName();
    }

    static final class NumberAsText extends JsonDeserializer<String> {
        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText();
                default -> (String) context.handleUnexpectedToken(String.class, parser);
            };
        }
    }

    static final class TextAsNumber extends JsonSerializer<String> {
        @Override
        public void serialize(String value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (value.length() < 10 && !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                out.writeNumber(Integer.parseInt(value));
            } else {
                out.writeString(value);
            }
        }
    }
}
