package org.kochab.codec.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.AnnotationIntrospectorPair;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Jackson, configured once: bounded input, no types named by input, absent instead of empty. */
public final class Mappers {
    /** The longest text read. */
    public static final int MOST_BYTES = 1_500_000;

    static final int DEEPEST = 50;

    private Mappers() {}

    /** Unknown fields are ignored. */
    public static ObjectMapper lenient() {
        return configure(JsonMapper.builder(bounded()))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    /** Unknown fields, duplicates and text written as numbers are refused. */
    static JsonMapper strict() {
        var builder = configure(JsonMapper.builder(bounded()))
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        builder.withCoercionConfig(
                LogicalType.Textual, c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
        builder.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
        builder.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        return builder.build();
    }

    /** For people. */
    public static ObjectMapper yaml() {
        YAMLFactory factory = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                .build();
        return configure(YAMLMapper.builder(factory)).build();
    }

    private static JsonFactory bounded() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxDocumentLength(MOST_BYTES)
                        .maxStringLength(1_000_000)
                        .maxNumberLength(100)
                        .maxNameLength(10_000)
                        .build())
                .build();
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B configure(B builder) {
        builder.disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .addModule(new Timestamps())
                .addModule(new CustomObjects())
                .annotationIntrospector(
                        new AnnotationIntrospectorPair(new FieldForms(), new JacksonAnnotationIntrospector()))
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .withConfigOverride(List.class, c -> c.setInclude(notEmpty()))
                .withConfigOverride(Map.class, c -> c.setInclude(notEmpty()));
        return builder;
    }

    private static JsonInclude.Value notEmpty() {
        return JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS);
    }

    /** One sentence: where, what, and what would be right. */
    public static String explain(IOException e) {
        if (e instanceof UnrecognizedPropertyException u) {
            String known = u.getKnownPropertyIds().stream()
                    .map(String::valueOf)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return path(u) + " is not a field; there are " + known;
        }
        if (e instanceof InvalidFormatException f) {
            return path(f) + ": '" + shorten(String.valueOf(f.getValue())) + "' is not right: " + expected(f);
        }
        if (e instanceof MismatchedInputException m) {
            return path(m) + ": " + expected(m);
        }
        if (e instanceof JsonMappingException m && m.getCause() instanceof IllegalArgumentException cause) {
            return path(m) + ": " + cause.getMessage();
        }
        if (e instanceof JsonProcessingException p) {
            var at = p.getLocation();
            return "not JSON: " + shorten(p.getOriginalMessage())
                    + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
        }
        return shorten(String.valueOf(e.getMessage()));
    }

    private static String expected(MismatchedInputException e) {
        Class<?> target = e.getTargetType();
        String original = String.valueOf(e.getOriginalMessage());
        if (target == String.class) {
            return "a text is needed here; put it in quotes";
        }
        if (target == java.time.Instant.class) {
            return "write a time such as 2026-01-31T12:00:00Z";
        }
        if (target == null) {
            return shorten(original.lines().findFirst().orElse(""));
        }
        if (target == int.class || target == Integer.class || target == long.class || target == Long.class) {
            return "a whole number is needed here";
        }
        if (target == boolean.class || target == Boolean.class) {
            return "true or false is needed here";
        }
        if (List.class.isAssignableFrom(target) || target.isArray()) {
            return "a list is needed here";
        }
        return "an object with named fields is needed here";
    }

    static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (Iterator<JsonMappingException.Reference> i = e.getPath().iterator(); i.hasNext(); ) {
            var step = i.next();
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.length() == 0 ? "" : ".").append(step.getFieldName());
            }
        }
        return path.length() == 0 ? "the document" : path.toString();
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
