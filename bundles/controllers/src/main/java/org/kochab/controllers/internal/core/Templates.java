package org.kochab.controllers.internal.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;

/** Pod templates: which are the same, and short names for them. */
final class Templates {
    /** No vowels, so that no words come out. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private Templates() {}

    /** Whether both make the same pods; the hash label does not count. */
    static boolean same(Pod.Template a, Pod.Template b) {
        return a.spec().equals(b.spec())
                && plainLabels(a).equals(plainLabels(b))
                && meta(a).annotations().equals(meta(b).annotations());
    }

    /**
     * Ten characters that tell templates apart in names and labels. They may differ between versions of Kochab, so what belongs to a template is
     * found by {@link #same} first.
     */
    static String hash(Pod.Template template) {
        String text =
                plainLabels(template) + "\n" + new TreeMap<>(meta(template).annotations()) + "\n" + template.spec();
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        var hash = new StringBuilder(10);
        for (int i = 0; i < 10; i++) {
            hash.append(ALPHABET.charAt((digest[i] & 0xff) % ALPHABET.length()));
        }
        return hash.toString();
    }

    static Map<String, String> plainLabels(Pod.Template template) {
        Map<String, String> labels = new TreeMap<>(meta(template).labels());
        labels.remove(Annotations.POD_TEMPLATE_HASH);
        return labels;
    }

    static Pod.Template withHash(Pod.Template template, String hash) {
        Map<String, String> labels = plainLabels(template);
        labels.put(Annotations.POD_TEMPLATE_HASH, hash);
        return new Pod.Template(meta(template).withLabels(labels), template.spec());
    }

    static Pod.Template withoutHash(Pod.Template template) {
        return new Pod.Template(meta(template).withLabels(plainLabels(template)), template.spec());
    }

    static ObjectMeta meta(Pod.Template template) {
        ObjectMeta meta = template.metadata();
        return meta == null ? blank() : meta;
    }

    static ObjectMeta blank() {
        return new ObjectMeta(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new TreeMap<>(),
                new TreeMap<>(),
                java.util.List.of(),
                java.util.List.of());
    }
}
