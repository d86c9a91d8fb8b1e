package org.kochab.partition.internal.core.tenant;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What config maps and secrets may hold. Sentences name keys, never values. */
final class ValueKeys {
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

    private ValueKeys() {}

    static void check(Map<String, String> data, String at, boolean base64, Problems problems) {
        data.forEach((key, value) -> {
            String path = at + "[" + key + "]";
            check(key, path, problems);
            if (value == null) {
                problems.add(path, "has no value; write \"\" for an empty one");
            } else if (base64 && bytes(value).isEmpty()) {
                problems.add(path, "is not base64; encode the value");
            }
        });
    }

    static void check(String key, String path, Problems problems) {
        if (key == null || key.isEmpty()) {
            problems.add(path, "is required");
            return;
        }
        problems.require(
                KEY.matcher(key).matches() && !key.equals(".") && !key.startsWith(".."),
                path,
                Problems.quoted(key)
                        + " is not a key; use at most 253 letters, digits, '-', '_' and '.', not beginning with '..'");
    }

    /** Where the file of a key goes within its volume. */
    static void checkPath(String path, String at, Problems problems) {
        if (path == null || path.isEmpty()) {
            problems.add(at, "is required");
            return;
        }
        problems.require(
                !path.startsWith("/")
                        && ContainerRules.noParent(path)
                        && List.of(path.split("/", -1)).stream().noneMatch(String::isEmpty),
                at,
                Problems.quoted(path) + " is not valid; use a relative path without '..'");
    }

    static Optional<byte[]> bytes(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Empty if it is no text in UTF-8 that a variable could hold. */
    static Optional<String> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    static void unchanged(boolean immutable, boolean same, String kind, Problems problems) {
        problems.require(
                !immutable || same,
                "data",
                "cannot be changed in a " + kind + " that is immutable; make another one, or delete this one first");
    }
}
