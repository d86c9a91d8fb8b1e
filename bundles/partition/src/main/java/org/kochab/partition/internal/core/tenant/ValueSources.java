package org.kochab.partition.internal.core.tenant;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.PodDocument.VolumeFile;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Container;
import org.kochab.api.model.Container.EnvFromSource;
import org.kochab.api.model.Container.EnvVar;
import org.kochab.api.model.Container.EnvVarSource;
import org.kochab.api.model.Container.KeySelector;
import org.kochab.api.model.Container.SourceReference;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.KeyToPath;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Secret;
import org.kochab.api.node.Claim;
import org.kochab.api.node.PodValues;

/** Finds what a pod takes from config maps, secrets and its own fields. For one pod; sentences name keys, never values. */
public final class ValueSources {
    /** A node is told all of a pod in one message of 256 KB. */
    static final int MOST_BYTES = 128 << 10;

    /** Config maps and secrets of the pod's namespace. */
    public interface Objects {
        Optional<Resource> find(Kind kind, String name);
    }

    /** Something that the pod needs is not there. The message says what, for an operator. */
    public static final class LackingException extends Exception {
        private static final long serialVersionUID = 1L;

        LackingException(String message) {
            super(message);
        }
    }

    private final Claim pod;
    private final Objects objects;
    private final Map<String, Optional<Map<String, byte[]>>> read = new TreeMap<>();
    private int bytes;

    private ValueSources(Claim pod, Objects objects) {
        this.pod = pod;
        this.objects = objects;
    }

    public static boolean isUsed(PodSpec spec) {
        return ValueSourceRules.isUsed(spec);
    }

    /** @param pod its claim on the node it is to have */
    public static PodValues of(Claim pod, Objects objects) throws LackingException {
        return new ValueSources(pod, objects).values();
    }

    private PodValues values() throws LackingException {
        Map<String, List<EnvVar>> env = new TreeMap<>();
        List<Container> containers = new ArrayList<>(pod.spec().initContainers());
        containers.addAll(pod.spec().containers());
        for (Container c : containers) {
            if (ValueSourceRules.isUsed(c)) {
                env.put(c.name(), variables(c));
            }
        }
        Map<String, List<VolumeFile>> files = new TreeMap<>();
        for (PodSpec.Volume v : pod.spec().volumes()) {
            PodSpec.ConfigMapSource map = v.configMap();
            PodSpec.SecretSource secret = v.secret();
            if (map != null) {
                files.put(v.name(), files(Kind.CONFIG_MAP, map.name(), map.items(), map.defaultMode(), map.optional()));
            } else if (secret != null) {
                files.put(
                        v.name(),
                        files(
                                Kind.SECRET,
                                secret.secretName(),
                                secret.items(),
                                secret.defaultMode(),
                                secret.optional()));
            }
        }
        return new PodValues(env, files);
    }

    private List<EnvVar> variables(Container c) throws LackingException {
        Map<String, EnvVar> all = new LinkedHashMap<>();
        for (EnvFromSource source : c.envFrom()) {
            Kind kind = source.configMapRef() != null ? Kind.CONFIG_MAP : Kind.SECRET;
            SourceReference ref = source.configMapRef() != null ? source.configMapRef() : source.secretRef();
            if (ref == null) {
                continue;
            }
            String prefix = source.prefix() == null ? "" : source.prefix();
            for (Map.Entry<String, byte[]> e :
                    content(kind, ref.name(), ref.optional()).entrySet()) {
                String name = prefix + e.getKey();
                Optional<String> text = ValueKeys.text(e.getValue());
                if (ContainerRules.isVariable(name) && text.isPresent()) {
                    all.remove(name);
                    all.put(name, new EnvVar(name, literal(text.get())));
                }
            }
        }
        List<EnvVar> env = new ArrayList<>(all.values());
        for (EnvVar variable : c.env()) {
            Optional<String> value = variable.valueFrom() == null ? Optional.empty() : from(variable.valueFrom());
            if (variable.valueFrom() == null) {
                env.add(variable);
            } else if (value.isPresent()) {
                env.add(new EnvVar(variable.name(), literal(value.get())));
            }
        }
        return env;
    }

    private Optional<String> from(EnvVarSource source) throws LackingException {
        if (source.configMapKeyRef() != null) {
            return from(Kind.CONFIG_MAP, source.configMapKeyRef());
        }
        if (source.secretKeyRef() != null) {
            return from(Kind.SECRET, source.secretKeyRef());
        }
        return source.fieldRef() == null
                ? Optional.empty()
                : PodFields.of(pod, source.fieldRef().fieldPath());
    }

    private Optional<String> from(Kind kind, KeySelector ref) throws LackingException {
        byte[] value = content(kind, ref.name(), ref.optional()).get(ref.key());
        if (value == null) {
            absent(kind, ref.name(), ref.key(), ref.optional());
            return Optional.empty();
        }
        return Optional.of(text(kind, ref.name(), ref.key(), value));
    }

    /** A node resolves references to other variables in what it is given; in what others wrote there are none. */
    private String literal(String text) throws LackingException {
        count(text.length());
        return text.replace("$", "$$");
    }

    private String text(Kind kind, String name, String key, byte[] value) throws LackingException {
        Optional<String> text = ValueKeys.text(value);
        if (text.isEmpty()) {
            throw new LackingException("Key " + key + " of " + said(kind, name)
                    + " is no text in UTF-8, as a variable must be: mount it as a file.");
        }
        return text.get();
    }

    private List<VolumeFile> files(
            Kind kind, String name, List<KeyToPath> items, @Nullable Integer defaultMode, @Nullable Boolean optional)
            throws LackingException {
        Map<String, byte[]> content = content(kind, name, optional);
        List<VolumeFile> files = new ArrayList<>();
        if (items.isEmpty()) {
            for (Map.Entry<String, byte[]> e : content.entrySet()) {
                files.add(file(e.getKey(), defaultMode, e.getValue()));
            }
        }
        for (KeyToPath item : items) {
            byte[] value = content.get(item.key());
            if (value == null) {
                absent(kind, name, item.key(), optional);
            } else {
                files.add(file(item.path(), item.mode() == null ? defaultMode : item.mode(), value));
            }
        }
        return files;
    }

    private VolumeFile file(String path, @Nullable Integer mode, byte[] value) throws LackingException {
        String base64 = Base64.getEncoder().encodeToString(value);
        count(base64.length());
        return new VolumeFile(path, mode, base64);
    }

    private void count(int more) throws LackingException {
        bytes += more;
        if (bytes > MOST_BYTES) {
            throw new LackingException("Its config maps and secrets are more than the " + MOST_BYTES
                    + " bytes (files in base64) that one pod can take: name fewer keys.");
        }
    }

    private static void absent(Kind kind, String name, String key, @Nullable Boolean optional) throws LackingException {
        if (!Boolean.TRUE.equals(optional)) {
            throw new LackingException(
                    "There is no key " + key + " in " + said(kind, name) + ": add it, or make it optional.");
        }
    }

    private Map<String, byte[]> content(Kind kind, String name, @Nullable Boolean optional) throws LackingException {
        String place = kind.plural() + "/" + name;
        Optional<Map<String, byte[]>> known = read.get(place);
        if (known == null) {
            Optional<Resource> found = objects.find(kind, name);
            known = found.isPresent() ? Optional.of(content(found.get())) : Optional.empty();
            read.put(place, known);
        }
        if (known.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new LackingException("There is no " + said(kind, name) + " in namespace " + pod.namespace()
                    + ": create it, or make it optional.");
        }
        return known.orElseGet(TreeMap::new);
    }

    private static Map<String, byte[]> content(Resource object) throws LackingException {
        Map<String, byte[]> content = new TreeMap<>();
        if (object instanceof ConfigMap map) {
            map.data().forEach((k, v) -> content.put(k, v.getBytes(StandardCharsets.UTF_8)));
            map.binaryData().forEach((k, v) -> ValueKeys.bytes(v).ifPresent(b -> content.put(k, b)));
        } else if (object instanceof Secret secret) {
            if (secret.data().containsKey(UNOPENED)) {
                throw new LackingException(
                        "Secret " + secret.metadata().name()
                                + " was encrypted with a key that this member does not have: give all members the same key file.");
            }
            secret.data().forEach((k, v) -> ValueKeys.bytes(v).ifPresent(b -> content.put(k, b)));
        }
        return content;
    }

    private static String said(Kind kind, String name) {
        return (kind == Kind.SECRET ? "secret " : "config map ") + name;
    }

    /** In the data of a secret that could not be opened: its ciphertext, in base64. No key of a secret is written so. */
    public static final String UNOPENED = ":unopened";
}
