package org.kochab.shell.internal.core;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.kochab.api.identity.AccountToken;
import org.kochab.api.identity.UserCertificate;

/** What kubectl needs to reach the platform as somebody: all of it in one text. */
public final class Kubeconfig {
    private Kubeconfig() {}

    public static String of(URI server, String tenant, String user, UserCertificate identity) {
        String shown = "client-certificate-data: " + base64(identity.certificate()) + "\n    client-key-data: "
                + base64(identity.key());
        return of(server, tenant, user, "default", identity.authority(), shown);
    }

    /**
     * As a service account.
     *
     * @param authority the platform's, PEM
     */
    public static String of(
            URI server, String tenant, String namespace, String name, AccountToken token, String authority) {
        return of(server, tenant, namespace + "/" + name, namespace, authority, "token: " + token.text());
    }

    /** All parts are free of what YAML gives a meaning to: names, a URI, base64 and dots. */
    private static String of(URI server, String tenant, String user, String namespace, String authority, String shown) {
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
                    %5$s
                contexts:
                - name: %1$s
                  context:
                    cluster: kochab
                    user: "%4$s"
                    namespace: %6$s
                """
                .formatted(tenant, server, base64(authority), user, shown, namespace);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
