package org.kochab.partition.internal.core.tenant;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Secret;

final class SecretRules implements StatuslessRules<Secret> {
    private static final String OPAQUE = "Opaque";

    @Override
    public Kind kind() {
        return Kind.SECRET;
    }

    @Override
    public Secret complete(Secret wanted) {
        if (wanted.type() != null
                && !wanted.type().isEmpty()
                && wanted.stringData().isEmpty()) {
            return wanted;
        }
        Map<String, String> data = new TreeMap<>(wanted.data());
        // A text that is missing stays one: the check names it.
        wanted.stringData().forEach((key, text) -> data.put(key, text == null ? null : base64(text)));
        String type = wanted.type() == null || wanted.type().isEmpty() ? OPAQUE : wanted.type();
        return new Secret(
                wanted.apiVersion(),
                wanted.kind(),
                wanted.metadata(),
                type,
                data,
                Collections.emptyMap(),
                wanted.immutable());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void check(Secret secret, Problems problems) {
        ValueKeys.check(secret.data(), "data", true, problems);
        switch (String.valueOf(secret.type())) {
            case "kubernetes.io/tls" -> {
                require("tls.crt", secret, problems);
                require("tls.key", secret, problems);
            }
            case "kubernetes.io/dockerconfigjson" -> require(".dockerconfigjson", secret, problems);
            case "kubernetes.io/ssh-auth" -> require("ssh-privatekey", secret, problems);
            default -> {}
        }
    }

    private static void require(String key, Secret secret, Problems problems) {
        problems.require(secret.data().containsKey(key), "data[" + key + "]", "is required for type " + secret.type());
    }

    @Override
    public void checkChange(Secret current, Secret wanted, Problems problems) {
        problems.require(
                String.valueOf(current.type()).equals(String.valueOf(wanted.type())),
                "type",
                "cannot be changed; delete the secret and make it again");
        boolean immutable = Boolean.TRUE.equals(current.immutable());
        ValueKeys.unchanged(immutable, sameSpec(current, wanted), "Secret", problems);
    }

    /** Compared with what is stored, so it must be in the stored form already. */
    @Override
    public Secret merge(Secret current, Secret wanted) {
        return complete(wanted);
    }

    @Override
    public boolean sameSpec(Secret a, Secret b) {
        return a.data().equals(b.data())
                && String.valueOf(a.type()).equals(String.valueOf(b.type()))
                && Boolean.TRUE.equals(a.immutable()) == Boolean.TRUE.equals(b.immutable());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
