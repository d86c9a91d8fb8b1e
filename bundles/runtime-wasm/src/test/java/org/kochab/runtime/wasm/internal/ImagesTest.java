package org.kochab.runtime.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;

/** How images name modules, and what becomes of those that are none. */
final class ImagesTest {
    private static final int CACHE = 64 * 1024;

    @TempDir
    Path directory;

    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private Fixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new Fixture(
                directory, new Settings(directory.resolve("state"), 16 << 20, 4 << 20, 4, CACHE, CACHE, false));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            byte[] body = served.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body == null ? new byte[0] : body);
            }
        });
        server.start();
    }

    @AfterEach
    void close() {
        fixture.close();
        server.stop(0);
    }

    private String serve(String path, byte[] module) {
        served.put(path, module);
        return "http://127.0.0.1:" + server.getAddress().getPort() + path + "#sha256=" + ModuleFiles.digest(module);
    }

    private int run(String image) throws Exception {
        return fixture.exit(fixture.start(fixture.task(Modules.container(image, List.of()), null)))
                .exitCode();
    }

    private void refuses(String image, RuntimeFailure.Code code, String why) {
        refuses(Modules.container(image, List.of()), code, why);
    }

    private void refuses(Container container, RuntimeFailure.Code code, String why) {
        assertThatThrownBy(() -> fixture.driver.prepare(fixture.task(container, null)))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(code))
                .hasMessageContaining(why);
    }

    @Test
    void filesOfTheNodeAreRun() throws Exception {
        byte[] module = Modules.command("(call $exit (i32.const 5))");
        String file = fixture.module(module);
        assertThat(run(file)).isEqualTo(5);
        assertThat(run("file://" + file)).isEqualTo(5);
        assertThat(run(file + "#sha256=" + ModuleFiles.digest(module))).isEqualTo(5);
        refuses(file + "#sha256=" + "0".repeat(64), RuntimeFailure.Code.IMAGE, "is not the one of the digest");
        refuses(directory + "/none.wasm", RuntimeFailure.Code.IMAGE, "none.wasm is not a file of this node");
    }

    @Test
    void whatIsFetchedIsKept() throws Exception {
        byte[] module = Modules.command("(call $exit (i32.const 6))");
        String image = serve("/six.wasm", module);
        assertThat(run(image)).isEqualTo(6);
        assertThat(run(image)).isEqualTo(6);
        assertThat(requests).hasValue(1);
        assertThat(fixture.driver.images()).containsExactly(new RuntimeImage(List.of(image), module.length));
        // What is broken on the disk is had anew.
        Path kept = directory.resolve("state/modules").resolve(ModuleFiles.digest(module) + ".wasm");
        Files.write(kept, new byte[] {1, 2, 3});
        assertThat(run(image)).isEqualTo(6);
        assertThat(requests).hasValue(2);
    }

    @Test
    void whatIsNotWhatItsDigestSaysIsRefused() {
        String image = serve("/evil.wasm", Modules.command("(call $exit (i32.const 6))"));
        served.put("/evil.wasm", Modules.command("(call $exit (i32.const 66))"));
        refuses(image, RuntimeFailure.Code.IMAGE, "is not the one of the digest");
        assertThat(fixture.driver.images()).isEmpty();
    }

    @Test
    void whatIsNotThereIsTold() {
        String digest = "#sha256=" + "0".repeat(64);
        int port = server.getAddress().getPort();
        refuses("http://127.0.0.1:" + port + "/none" + digest, RuntimeFailure.Code.IMAGE, "404");
        server.stop(0);
        refuses("http://127.0.0.1:" + port + "/none" + digest, RuntimeFailure.Code.IMAGE, "cannot be fetched");
        Container never = Container.builder()
                .name("main")
                .image("http://127.0.0.1:" + port + "/none" + digest)
                .imagePullPolicy("Never")
                .build();
        refuses(never, RuntimeFailure.Code.IMAGE, "imagePullPolicy is Never");
    }

    @Test
    void theCacheIsBounded() throws Exception {
        for (int i = 0; i < 4; i++) {
            byte[] module = Modules.command("(call $exit (i32.const " + i + "))");
            // A section that nobody reads makes it large.
            byte[] large = Arrays.copyOf(module, module.length + 4 + 30_000);
            System.arraycopy(new byte[] {0, (byte) 0xb0, (byte) 0xea, 1}, 0, large, module.length, 4);
            assertThat(run(serve("/large-" + i + ".wasm", large))).isEqualTo(i);
        }
        assertThat(fixture.driver.images())
                .hasSize(2)
                .extracting(RuntimeImage::names)
                .satisfies(names -> assertThat(names.toString()).contains("/large-3.wasm"));
        refuses(serve("/huge.wasm", new byte[CACHE + 1]), RuntimeFailure.Code.INVALID, "is larger than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "docker.io/library/nginx:1.27",
                "http://example.com/a.wasm",
                "https://example.com/a.wasm#sha256=123",
                "https:///a.wasm#sha256=0000000000000000000000000000000000000000000000000000000000000000",
                "ftp://example.com/a.wasm#sha256=0000000000000000000000000000000000000000000000000000000000000000",
                "file:relative.wasm",
                "/a\0b.wasm"
            })
    void whatNamesNoModuleIsRefused(String image) {
        refuses(image, RuntimeFailure.Code.INVALID, "is not valid");
    }

    @Test
    void brokenModulesAreRefused() {
        byte[] good = Modules.command("(call $exit (i32.const 0))");
        refuses(fixture.module(new byte[0]), RuntimeFailure.Code.INVALID, "is not a WebAssembly module");
        refuses(fixture.module("#!/bin/sh".getBytes()), RuntimeFailure.Code.INVALID, "it does not begin as one");
        byte[] component = good.clone();
        component[4] = 13;
        component[6] = 1;
        refuses(fixture.module(component), RuntimeFailure.Code.INVALID, "components");
        for (int length = 9; length < good.length; length += 7) {
            // Cut off between two sections it is whole, and has no start.
            Container cut = Modules.container(fixture.module(Arrays.copyOf(good, length)), List.of());
            assertThatThrownBy(() -> fixture.driver.prepare(fixture.task(cut, null)))
                    .isInstanceOfSatisfying(RuntimeFailure.class, f -> assertThat(f.code())
                            .isIn(RuntimeFailure.Code.INVALID, RuntimeFailure.Code.COMMAND));
        }
        refuses(
                fixture.module(Modules.bytes(
                        "(module (import \"env\" \"emscripten_x\" (func)) (memory 1) (func (export \"_start\")))")),
                RuntimeFailure.Code.INVALID,
                "imports env.emscripten_x");
        refuses(
                fixture.module(Modules.bytes("(module (memory 1) (func (export \"_start\") (param i32)))")),
                RuntimeFailure.Code.COMMAND,
                "_start");
    }

    @Test
    void damagedModulesNeverHarmTheAgent() {
        byte[] good = Modules.command("(call $say (i32.const 1) (i32.const 1024) (i32.const 5))");
        java.util.Random random = new java.util.Random(20_26);
        for (int i = 0; i < 600; i++) {
            byte[] damaged = good.clone();
            for (int j = 0; j <= i % 3; j++) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt();
            }
            try {
                new Programs(new ModuleFiles(directory.resolve("none"), CACHE, CACHE), 16 << 20, false)
                        .load("damaged", damaged);
            } catch (RuntimeFailure e) {
                assertThat(e.code()).isIn(RuntimeFailure.Code.INVALID, RuntimeFailure.Code.COMMAND);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void theTrialIsWhatItsTextSays() {
        assertThat(Trial.MODULE).isEqualTo(Modules.bytes(Modules.resource("trial.wat")));
    }
}
