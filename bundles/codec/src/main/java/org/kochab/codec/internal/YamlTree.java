package org.kochab.codec.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.kochab.api.codec.CodecException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML documents as JSON trees, anchors and merge keys resolved. The trees are made from the parsed nodes, not from Java objects, so that
 * numbers keep the digits they were written with. Jackson's own YAML reader streams and cannot resolve anchors.
 */
final class YamlTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MOST_DIGITS = 100;

    private final int mostNodes;
    private final int deepest;
    private int nodes;

    private YamlTree(int mostNodes, int deepest) {
        this.mostNodes = mostNodes;
        this.deepest = deepest;
    }

    /** All documents that are not empty. Anchors may expand a text to {@code mostNodes} nodes, not more. */
    static List<JsonNode> read(String text, int mostNodes, int deepest) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(deepest);
        options.setCodePointLimit(Integer.MAX_VALUE);
        YamlTree tree = new YamlTree(mostNodes, deepest);
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Node root : new Yaml(new SafeConstructor(options)).composeAll(new StringReader(text))) {
                JsonNode document = tree.node(root, "", 0);
                if (!document.isNull()) {
                    documents.add(document);
                }
            }
        } catch (YAMLException e) {
            throw new CodecException("document " + (documents.size() + 1) + " is not YAML: " + oneLine(e), e);
        }
        return documents;
    }

    private JsonNode node(Node node, String path, int depth) {
        if (++nodes > mostNodes) {
            throw new CodecException("the manifest has more than " + mostNodes + " values: split it");
        }
        if (depth > deepest) {
            throw new CodecException(path + " is nested more than " + deepest + " levels deep");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, path);
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = NODES.arrayNode();
            for (Node item : sequence.getValue()) {
                array.add(node(item, path + "[" + array.size() + "]", depth + 1));
            }
            return array;
        }
        ObjectNode object = NODES.objectNode();
        put((MappingNode) node, object, path, depth, false);
        return object;
    }

    private void put(MappingNode mapping, ObjectNode into, String path, int depth, boolean merged) {
        if (depth > deepest) {
            throw new CodecException(path + " is nested more than " + deepest + " levels deep");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new CodecException("a key " + (path.isEmpty() ? "at the top" : "in " + path) + " is not a text");
            }
            if (key.getTag().equals(Tag.MERGE)) {
                merge(tuple.getValueNode(), into, path, depth);
                continue;
            }
            String name = key.getValue();
            if (merged && into.has(name)) {
                continue;
            }
            into.set(name, node(tuple.getValueNode(), path.isEmpty() ? name : path + "." + name, depth + 1));
        }
    }

    /** A merge key gives what the mapping does not have itself; keys that follow it replace what it gave. */
    private void merge(Node source, ObjectNode into, String path, int depth) {
        if (source instanceof MappingNode m) {
            put(m, into, path, depth + 1, true);
        } else if (source instanceof SequenceNode s && s.getValue().stream().allMatch(MappingNode.class::isInstance)) {
            s.getValue().forEach(m -> put((MappingNode) m, into, path, depth + 1, true));
        } else {
            throw new CodecException("<< in " + path + " must name a mapping");
        }
    }

    private static JsonNode scalar(ScalarNode node, String path) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return NODES.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return NODES.booleanNode(List.of("true", "yes", "on").contains(text.toLowerCase(java.util.Locale.ROOT)));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return number(text, path);
        }
        if (tag.equals(Tag.STR) || tag.equals(Tag.TIMESTAMP)) {
            return NODES.textNode(text);
        }
        throw new CodecException(path + " has the tag " + tag.getValue() + ", which is not supported");
    }

    private static JsonNode number(String text, String path) {
        if (text.length() > MOST_DIGITS) {
            throw new CodecException(path + " has a number of more than " + MOST_DIGITS + " characters");
        }
        String plain = text.replace("_", "");
        try {
            boolean negative = plain.startsWith("-");
            String digits = negative || plain.startsWith("+") ? plain.substring(1) : plain;
            BigInteger integer = digits.startsWith("0x")
                    ? new BigInteger(digits.substring(2), 16)
                    : digits.startsWith("0b")
                            ? new BigInteger(digits.substring(2), 2)
                            : digits.matches("0[0-7]+")
                                    ? new BigInteger(digits, 8)
                                    : digits.matches("[0-9]+") ? new BigInteger(digits) : null;
            if (integer != null) {
                return NODES.numberNode(negative ? integer.negate() : integer);
            }
            return NODES.numberNode(new BigDecimal(plain));
        } catch (NumberFormatException e) {
            // Sexagesimal numbers (12:30), .inf and .nan: nothing Kochab reads is one, so what was meant is the text.
            return NODES.textNode(text);
        }
    }

    private static String oneLine(YAMLException e) {
        String message = String.valueOf(e.getMessage()).strip();
        return message.lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .limit(4)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
