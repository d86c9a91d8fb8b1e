package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Effect;
import org.kochab.agent.internal.core.ProbeCycle;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;

/** Does one check of a container. Blocks for at most the probe's time-out. */
final class Checks {
    private static final int MOST_OUTPUT = 512;

    private Checks() {}

    record Result(boolean ok, String detail) {}

    static Result check(Effect.Check check, RuntimeDriver driver) {
        Container.Probe probe = check.probe();
        int seconds = ProbeCycle.timeoutSeconds(probe);
        try {
            if (probe.exec() != null) {
                return exec(check, driver, seconds);
            }
            String address = driver.address(check.handle()).orElse("127.0.0.1");
            if (probe.tcpSocket() != null) {
                String host = or(probe.tcpSocket().host(), address);
                return tcp(host, port(probe.tcpSocket().port(), check.container()), seconds);
            }
            if (probe.httpGet() != null) {
                return http(probe.httpGet(), address, check.container(), seconds);
            }
            return new Result(false, "the probe has none of exec, tcpSocket, httpGet");
        } catch (IOException | RuntimeException e) {
            return new Result(false, String.valueOf(e.getMessage()));
        }
    }

    private static Result exec(Effect.Check check, RuntimeDriver driver, int seconds) {
        StringBuilder output = new StringBuilder();
        OutputSink sink = (error, bytes, offset, length) -> {
            if (output.length() < MOST_OUTPUT) {
                output.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
            }
        };
        int code = driver.exec(
                check.handle(), check.probe().exec().command(), Duration.ofSeconds(seconds), sink, () -> false);
        String text =
                output.substring(0, Math.min(MOST_OUTPUT, output.length())).strip();
        return new Result(code == 0, code == 0 ? "" : "the command ended with exit code " + code + ": " + text);
    }

    private static Result tcp(String host, int port, int seconds) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), seconds * 1000);
            return new Result(true, "");
        }
    }

    private static Result http(Container.HttpGet get, String address, Container container, int seconds)
            throws IOException {
        String scheme = or(get.scheme(), "http").toLowerCase(Locale.ROOT);
        String path = or(get.path(), "/");
        URI uri = URI.create("http://" + or(get.host(), address) + ":" + port(get.port(), container)
                + (path.startsWith("/") ? path : "/" + path));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        if (connection instanceof HttpsURLConnection secure) {
            trustAll(secure);
        }
        connection.setConnectTimeout(seconds * 1000);
        connection.setReadTimeout(seconds * 1000);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        for (Container.HttpHeader header : get.httpHeaders()) {
            connection.setRequestProperty(header.name(), header.value());
        }
        try {
            int code = connection.getResponseCode();
            return new Result(code >= 200 && code < 400, "HTTP status " + code);
        } finally {
            connection.disconnect();
        }
    }

    /** As in Kubernetes, a probe asks whether the container answers, not who it is: nothing secret is sent. */
    private static void trustAll(HttpsURLConnection connection) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            connection.setSSLSocketFactory(context.getSocketFactory());
            connection.setHostnameVerifier((host, session) -> true);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static int port(String port, Container container) throws IOException {
        for (Container.Port named : container.ports()) {
            if (port.equals(named.name())) {
                return named.containerPort();
            }
        }
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IOException("port '" + port + "' is neither a number nor the name of a port of the container", e);
        }
    }

    private static String or(@Nullable String value, String other) {
        return value == null || value.isEmpty() ? other : value;
    }
}
