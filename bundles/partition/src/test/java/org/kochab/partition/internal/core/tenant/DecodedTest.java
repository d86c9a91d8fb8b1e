package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.partition.Entry;
import org.kochab.codec.JacksonCodec;

class DecodedTest {
    private long nanos;
    private final AtomicInteger decodings = new AtomicInteger();
    private final Codec real = new JacksonCodec();
    /** The real one, counted. */
    private final Codec codec = (Codec) Proxy.newProxyInstance(
            Codec.class.getClassLoader(), new Class<?>[] {Codec.class}, (proxy, method, args) -> {
                if (method.getName().equals("decode")) {
                    decodings.incrementAndGet();
                }
                return method.invoke(real, args);
            });
    /** One set: all keys meet in it. */
    private final Decoded decoded = new Decoded(codec, 4, () -> nanos);

    private static Entry entry(String name, long revision) {
        byte[] json = ("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + name + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
        return new Entry("namespaces/t/" + name, json, 1, revision);
    }

    private Resource decode(Entry entry) {
        Resource object = decoded.decode(entry, Kind.NAMESPACE);
        assertThat(object.metadata().resourceVersion()).isEqualTo(Long.toString(entry.revision()));
        return object;
    }

    private Resource former(Entry entry) {
        Resource object = decoded.former(entry, Kind.NAMESPACE);
        assertThat(object.metadata().resourceVersion()).isEqualTo(Long.toString(entry.revision()));
        return object;
    }

    @Test
    void keysThatMeetInASetAreAllRemembered() {
        Entry[] entries = {entry("a", 1), entry("b", 2), entry("c", 3), entry("d", 4)};
        for (int round = 0; round < 3; round++) {
            for (Entry e : entries) {
                decode(e);
            }
        }
        assertThat(decodings).hasValue(4);
    }

    @Test
    void aListTakesWhatIsFreeAndMakesNothingForgotten() {
        Entry[] worked = {entry("a", 1), entry("b", 2)};
        for (Entry e : worked) {
            decode(e);
        }
        Entry[] listed = {entry("c", 3), entry("d", 4), entry("e", 5)};
        for (int round = 0; round < 2; round++) {
            for (Entry e : listed) {
                assertThat(decoded.listed(e, Kind.NAMESPACE).metadata().resourceVersion())
                        .isEqualTo(Long.toString(e.revision()));
            }
        }
        assertThat(decodings).as("a, b, c and d once, e each time").hasValue(6);
        for (Entry e : worked) {
            decode(e);
        }
        assertThat(decodings).hasValue(6);
    }

    @Test
    void whatIsListedAgainAndAgainGetsAPlaceInTheEnd() {
        for (String key : List.of("a", "b", "c", "d")) {
            decode(entry(key, 1));
        }
        Entry often = entry("e", 5);
        for (int times = 0; times < 100; times++) {
            decoded.listed(often, Kind.NAMESPACE);
        }
        assertThat(decodings).as("four, and the other at most eight times").hasValueLessThanOrEqualTo(12);
    }

    @Test
    void theFormerVersionIsThereForAllWhoWatch() {
        Entry before = entry("a", 1);
        Entry now = entry("a", 2);
        decode(before);
        decode(now);
        for (int watcher = 0; watcher < 3; watcher++) {
            former(before);
            decode(now);
        }
        assertThat(decodings).hasValue(2);
    }

    @Test
    void theSameBytesInAnotherArrayAreTheSameObject() {
        Entry entry = entry("a", 1);
        Resource object = decode(entry);
        assertThat(decode(new Entry(entry.key(), entry.value().clone(), 1, 1))).isSameAs(object);
    }

    @Test
    void aFormerVersionThatWasForgottenIsDecodedOnce() {
        Entry before = entry("a", 1);
        former(before);
        former(before);
        assertThat(decodings).hasValue(1);
    }

    @Test
    void whatWasStoredNeedsNoDecoding() {
        Entry before = entry("a", 1);
        Resource object = decode(before);
        Entry now = entry("a", 2);
        decoded.stored(now.key(), now.value(), now.revision(), object);
        decode(now);
        former(before);
        assertThat(decodings).hasValue(1);
    }

    @Test
    void whatIsAboutToBeStoredNeedsNoDecoding() {
        Entry before = entry("a", 1);
        Resource object = decode(before);
        Entry now = entry("a", 2);
        decoded.coming(now.key(), now.value(), object);
        Resource seen = decode(now);
        assertThat(decoded.stored(now.key(), now.value(), now.revision(), object))
                .isSameAs(seen);
        decoded.notComing(now.key(), now.value());
        assertThat(decode(now)).isSameAs(seen);
        assertThat(decodings).hasValue(1);
    }

    @Test
    void whatIsAboutToBeStoredIsRememberedWhileOthersAre() {
        Entry entry = entry("a", 1);
        decoded.coming(entry.key(), entry.value(), real.decode(entry.value(), Kind.NAMESPACE));
        nanos += TimeUnit.MINUTES.toNanos(6);
        decode(entry);
        decode(entry);
        assertThat(decodings).hasValue(0);
    }

    @Test
    void whatDoesNotComeIsForgotten() {
        Entry entry = entry("a", 1);
        decoded.coming(entry.key(), entry.value(), real.decode(entry.value(), Kind.NAMESPACE));
        decoded.notComing(entry.key(), entry.value());
        decode(entry);
        assertThat(decodings).hasValue(1);
        // In the generation before, too.
        Entry later = entry("a", 2);
        decoded.coming(later.key(), later.value(), real.decode(later.value(), Kind.NAMESPACE));
        nanos += TimeUnit.MINUTES.toNanos(6);
        decode(entry);
        decoded.notComing(later.key(), later.value());
        int known = decodings.get();
        decode(later);
        assertThat(decodings).hasValue(known + 1);
    }

    @Test
    void whatNobodyAsksForIsForgotten() {
        Entry used = entry("a", 1);
        Entry unused = entry("b", 2);
        decode(used);
        decode(unused);
        for (int i = 0; i < 4; i++) {
            nanos += TimeUnit.MINUTES.toNanos(4);
            decode(used);
        }
        assertThat(decodings).as("of what is used, only once").hasValue(2);
        decode(unused);
        assertThat(decodings).hasValue(3);
    }

    @Test
    void formerVersionsGiveWayFirst() {
        Entry b = entry("b", 1);
        Entry c = entry("c", 2);
        Entry a3 = entry("a", 5);
        decode(b);
        decode(c);
        decode(entry("a", 3));
        decode(entry("a", 4));
        decode(a3);
        // a newer d: of a, only the newest may stay
        decode(entry("d", 6));
        int known = decodings.get();
        decode(b);
        decode(c);
        decode(a3);
        assertThat(decodings).hasValue(known);
    }

    @Test
    void theSameBytesAtAnotherRevisionAreAnotherObject() {
        Entry before = entry("a", 1);
        decode(before);
        decode(new Entry(before.key(), before.value(), 1, 2));
        assertThat(decodings).hasValue(2);
    }

    @Test
    void refusesTooFewPlaces() {
        assertThatThrownBy(() -> new Decoded(codec, 2, () -> 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Decoded(codec, 12, () -> 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
