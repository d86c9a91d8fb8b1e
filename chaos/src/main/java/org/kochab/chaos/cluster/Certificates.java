package org.kochab.chaos.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.kochab.chaos.installation.Tools;

/** Key stores for members, from an authority made for one run. */
final class Certificates {
    /** A clock that is behind must find them valid. */
    private static final List<String> EARLIER = List.of("-startdate", "-1d");

    private final Path directory;
    private final String password = UUID.randomUUID().toString();

    Certificates(Path directory) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        Files.writeString(passwordFile(), password + "\n");
        key("authority", "-ext", "bc=ca:true");
        keytool("authority", "-exportcert", "-alias", "authority", "-rfc", "-file", "authority.pem");
    }

    Path passwordFile() {
        return directory.resolve("password");
    }

    /** Makes a member's key store. */
    Path member(String name) throws IOException, InterruptedException {
        key(name);
        keytool(name, "-certreq", "-alias", name, "-file", name + ".csr");
        List<String> signed = new ArrayList<>(List.of("-gencert", "-alias", "authority"));
        signed.addAll(EARLIER);
        signed.addAll(List.of("-infile", name + ".csr", "-outfile", name + ".pem"));
        keytool("authority", signed.toArray(String[]::new));
        keytool(name, "-importcert", "-noprompt", "-alias", "authority", "-file", "authority.pem");
        keytool(name, "-importcert", "-alias", name, "-file", name + ".pem");
        return directory.resolve(name + ".p12");
    }

    private void key(String name, String... more) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name));
        arguments.addAll(EARLIER);
        arguments.addAll(List.of(more));
        keytool(name, arguments.toArray(String[]::new));
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Tools.jdk("keytool"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store + ".p12", "-storetype", "PKCS12", "-storepass", password));
        Shell.run(directory, command);
    }
}
