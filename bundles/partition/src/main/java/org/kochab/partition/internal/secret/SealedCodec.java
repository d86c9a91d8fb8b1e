package org.kochab.partition.internal.secret;

import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Secret;
import org.kochab.partition.internal.core.tenant.ValueSources;
import org.kochab.spi.secret.SealException;
import org.kochab.spi.secret.Sealer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A codec for what is stored: of a secret, its data and annotations (clients keep what they applied in one) are encrypted, and nothing else, so that it can be found by
 * its name, type and labels. What is stored is the rest as JSON, a zero byte, and the ciphertext. A secret that cannot be opened is read with its ciphertext in
 * {@link ValueSources#UNOPENED}, and stored with the same one again.
 */
public final class SealedCodec implements Codec {
    private static final Logger LOG = LoggerFactory.getLogger(SealedCodec.class);

    private final Codec codec;
    private final Sealer sealer;
    private volatile boolean said;

    /** What is encrypted. */
    record Hidden(Map<String, String> data, Map<String, String> annotations) {
        Hidden {
            data = data == null ? Collections.emptyMap() : data;
            annotations = annotations == null ? Collections.emptyMap() : annotations;
        }
    }

    public SealedCodec(Codec codec, Sealer sealer) {
        this.codec = codec;
        this.sealer = sealer;
    }

    @Override
    public byte[] encode(Object value) {
        return value instanceof Secret secret ? stored(secret) : codec.encode(value);
    }

    private byte[] stored(Secret secret) {
        String unopened = secret.data().get(ValueSources.UNOPENED);
        byte[] sealed = unopened == null
                ? sealer.seal(
                        codec.encode(new Hidden(secret.data(), secret.metadata().annotations())), purpose(secret))
                : Base64.getDecoder().decode(unopened);
        byte[] head = codec.encode(secret.withData(Collections.emptyMap())
                .withMetadata(secret.metadata().withAnnotations(Collections.emptyMap())));
        byte[] stored = Arrays.copyOf(head, head.length + 1 + sealed.length);
        System.arraycopy(sealed, 0, stored, head.length + 1, sealed.length);
        return stored;
    }

    private static String purpose(Secret secret) {
        return "secret/" + secret.metadata().uid();
    }

    @Override
    public <T> T decode(byte[] json, Class<T> type) {
        return type == Secret.class ? type.cast(read(json)) : codec.decode(json, type);
    }

    @Override
    public Resource decode(byte[] json, Kind kind) {
        return kind.type() == Secret.class ? read(json) : codec.decode(json, kind);
    }

    private Secret read(byte[] stored) {
        int end = 0;
        while (end < stored.length && stored[end] != 0) {
            end++;
        }
        Secret head = codec.decode(Arrays.copyOf(stored, end), Secret.class);
        if (end == stored.length) {
            return head;
        }
        byte[] sealed = Arrays.copyOfRange(stored, end + 1, stored.length);
        try {
            Hidden hidden = codec.decode(sealer.open(sealed, purpose(head)), Hidden.class);
            return head.withData(hidden.data()).withMetadata(head.metadata().withAnnotations(hidden.annotations()));
        } catch (SealException e) {
            if (!said) {
                said = true;
                LOG.error("Secret {} cannot be opened: {}", head.metadata().name(), e.getMessage());
            }
            Map<String, String> unopened = new TreeMap<>();
            unopened.put(ValueSources.UNOPENED, Base64.getEncoder().encodeToString(sealed));
            return head.withData(unopened);
        }
    }

    @Override
    public Manifest manifest(byte[] text, UnknownFields unknownFields, List<Kind> kinds) {
        return codec.manifest(text, unknownFields, kinds);
    }

    @Override
    public String json(Object value) {
        return codec.json(value);
    }

    @Override
    public String yaml(Object value) {
        return codec.yaml(value);
    }
}
