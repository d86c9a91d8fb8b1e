package org.kochab.shell.internal.core;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.kochab.api.identity.UserCertificate;

/** What kubectl needs to reach the platform as a user: all of it in one text. */
public final class Kubeconfig {
    private Kubeconfig() {}

    /** All parts are free of what YAML gives a meaning to: names, a URI and base64. */
    public static String of(URI server, String tenant, String user, UserCertificate identity) {
        return """
                apiVersion: v1
                kind: Config
                current-context: %1$s
                clusters:
                - name: kochab
                  cluster:
                    server: "%2$s"
                    certificate-authority-data: %3$s
                users:
                - name: "%4$s"
                  user:
                    client-certificate-data: %5$s
                    client-key-data: %6$s
                contexts:
                - name: %1$s
                  context:
                    cluster: kochab
                    user: "%4$s"
                    namespace: default
                """
                .formatted(
                        tenant,
                        server,
                        base64(identity.authority()),
                        user,
                        base64(identity.certificate()),
                        base64(identity.key()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
