package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.Query;
import org.kochab.partition.internal.core.kernel.StoredValue;
import org.kochab.spi.store.StoreException;
import org.kochab.spi.store.StorePut;

/**
 * What earlier versions stored is read as they meant it, whichever store has kept it. A field may be added to what is read; none may get lost. What is in
 * {@code stored/1}, {@code stored/2} … is never changed.
 *
 * <p>With each release that has a new kind, or new fields of one, put them into {@code stored/objects.yaml} and make one more:
 *
 * <pre>mvn -pl bundles/partition test -Dtest=StoredFormatTest -Dkochab.fixture=2</pre>
 */
@Timeout(60)
class StoredFormatTest {
    private static final Path STORED = Path.of("src/test/resources/stored");

    @BeforeAll
    static void makeOneMore() throws Exception {
        String number = System.getProperty("kochab.fixture");
        if (number != null) {
            assertThat(STORED.resolve(number)).as("a fixture stays as it is").doesNotExist();
            StoredFixture.make(STORED.resolve("objects.yaml"), STORED.resolve(number));
        }
    }

    static Stream<StoredFixture> fixtures() throws IOException {
        try (Stream<Path> all = Files.list(STORED)) {
            return all.filter(Files::isDirectory).sorted().map(StoredFixture::new).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void isReadAsItWasMeant(StoredFixture fixture) throws Exception {
        has(fixture.meant(), fixture.read(), fixture.directory().toString());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void isServedByAMember(StoredFixture fixture) throws Exception {
        try (TestPlane test = new TestPlane(fixture.store()).ready()) {
            for (Kind kind : List.of(Kind.POD, Kind.DEPLOYMENT, Kind.CRON_JOB, Kind.RESOURCE_QUOTA)) {
                List<String> names = names(fixture.meant(), kind);
                assertThat(names).isNotEmpty();
                assertThat(test.resources()
                                .list(TestPlane.TENANT, kind, Query.namespace(null))
                                .items())
                        .extracting(r -> r.metadata().name())
                        .containsExactlyInAnyOrderElementsOf(names);
            }
        }
    }

    private static List<String> names(JsonNode meant, Kind kind) {
        return meant.get("tp-1").properties().stream()
                .filter(object -> object.getKey().startsWith(kind.plural() + "/"))
                .map(object -> object.getValue().at("/metadata/name").asText())
                .toList();
    }

    private static void has(JsonNode meant, JsonNode read, String where) {
        if (meant.isObject()) {
            meant.fieldNames().forEachRemaining(name -> {
                assertThat(read.has(name)).as("%s: %s", where, name).isTrue();
                has(meant.get(name), read.get(name), where + ": " + name);
            });
        } else if (meant.isArray()) {
            assertThat(read).as(where).hasSameSizeAs(meant);
            for (int i = 0; i < meant.size(); i++) {
                has(meant.get(i), read.get(i), where + ": " + i);
            }
        } else {
            assertThat(read).as(where).isEqualTo(meant);
        }
    }

    @Test
    void whatALaterVersionStoredIsRefused() throws Exception {
        StorePut put = new StorePut("pods/default/shop/rich".getBytes(StandardCharsets.UTF_8), new byte[] {2, 0, 0});
        assertThatThrownBy(() -> StoredValue.decode(put))
                .isInstanceOf(StoreException.class)
                .hasMessage("key 'pods/default/shop/rich' has a value of format 2, this version reads format 1: "
                        + "run the version of Kochab that wrote it, or a newer one");
    }
}
