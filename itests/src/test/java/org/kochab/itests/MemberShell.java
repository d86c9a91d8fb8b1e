package org.kochab.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * The shells of members, each command in a connection of its own as {@code ./kochab sh} has it, but without a Java process of its own: to start one
 * costs more than most commands.
 */
final class MemberShell {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final SshClient CLIENT = client();

    private MemberShell() {}

    private static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
        return client;
    }

    /**
     * @param key the operator's, as {@code ./kochab up} has made it
     * @throws IOException if the member does not answer, or the command does not end in time
     */
    static Installation.Answer run(int port, Path key, String command, Duration limit) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (ClientSession session =
                CLIENT.connect("operator", "127.0.0.1", port).verify(CONNECT).getSession()) {
            session.addPublicKeyIdentity(read(key));
            session.auth().verify(CONNECT);
            try (ChannelExec channel = session.createExecChannel(command)) {
                channel.setOut(said);
                channel.setErr(said);
                channel.open().verify(CONNECT);
                if (channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), limit)
                        .contains(ClientChannelEvent.TIMEOUT)) {
                    throw new IOException(command + " did not end; it said: " + said.toString(StandardCharsets.UTF_8));
                }
                Integer status = channel.getExitStatus();
                return new Installation.Answer(status == null ? 1 : status, said.toString(StandardCharsets.UTF_8));
            }
        }
    }

    private static KeyPair read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return SecurityUtils.loadKeyPairIdentities(null, new PathResource(file), in, null)
                    .iterator()
                    .next();
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no key", e);
        }
    }
}
