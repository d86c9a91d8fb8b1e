package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.Resource;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceException;

/**
 * Wrong manifests are refused with the field and a remedy, and change nothing. Each file of the corpus begins with a comment that gives words its
 * refusal must contain.
 */
class ManifestsTest {
    private static final Path CORPUS = Path.of("src/test/resources/manifests/wrong");
    private static final long SEED = 20261124;

    private static TestPlane test;

    @BeforeAll
    static void start() {
        test = new TestPlane().ready();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    private static Path corpus() {
        Path here = Path.of(System.getProperty("basedir", ".")).resolve(CORPUS);
        return Files.isDirectory(here) ? here : CORPUS;
    }

    /** Applies a text as the shell does. @return why it was refused; empty if it was not */
    private static String apply(String text) {
        List<Resource> read;
        try {
            read = test.codec
                    .manifest(text.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                    .resources();
        } catch (CodecException e) {
            return e.getMessage();
        }
        for (Resource r : read) {
            try {
                test.resources().apply(TestPlane.TENANT, r);
            } catch (ResourceException e) {
                assertThat(e.reason()).isIn(ResourceException.Reason.INVALID, ResourceException.Reason.NOT_FOUND);
                return e.getMessage();
            }
        }
        return "";
    }

    @Test
    void theCorpusIsRefusedFieldByField() throws IOException {
        Partition partition = test.partitions.partition("tp-1");
        long before = partition.revision();
        List<String> wrong = new ArrayList<>();
        int files = 0;
        try (Stream<Path> all = Files.list(corpus())) {
            for (Path file : all.sorted().toList()) {
                for (String text : Files.readString(file).split("(?m)^# expect: ")) {
                    if (text.isBlank()) {
                        continue;
                    }
                    files++;
                    String words = text.substring(0, text.indexOf('\n'));
                    String answer = apply(text.substring(text.indexOf('\n') + 1));
                    for (String word : words.split(" & ")) {
                        if (!answer.contains(word.strip())) {
                            wrong.add(file.getFileName() + ": expected '" + word + "', was: " + answer);
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(files).isGreaterThanOrEqualTo(100);
        assertThat(partition.revision()).isEqualTo(before);
    }

    private static final String SOUND =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: {app: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  restartPolicy: Always
                  containers:
                  - name: main
                    image: web:1
                    imagePullPolicy: Always
                    ports: [{name: http, containerPort: 80, protocol: TCP}]
                    resources: {requests: {cpu: 100m, memory: 64Mi}}
                    livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}
                    volumeMounts: [{name: tmp, mountPath: /tmp}]
                  volumes: [{name: tmp, emptyDir: {}}]
                  tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]
            """;

    /** A place in the sound manifest, and what makes it wrong whatever stands beside it. */
    private static final String[][] BREAKS = {
        {"apiVersion: apps/v1", "apiVersion: apps/v%d"},
        {"kind: Deployment", "kind: Deploy%d"},
        {"  name: web\n", "  name: Web_%d\n"},
        {"  labels: {app: web}\nspec", "  labels: {\"app %d\": web}\nspec"},
        {"replicas: 2", "replicas: -%d1"},
        {"replicas: 2", "replicas: many%d"},
        {"replicas: 2", "replica%ds: 2"},
        {"selector: {matchLabels: {app: web}}", "selector: {matchLabels: {app: other%d}}"},
        {"selector: {matchLabels: {app: web}}", "selector: {}"},
        {"restartPolicy: Always", "restartPolicy: Sometimes%d"},
        {"- name: main", "- name: Main.%d"},
        {"image: web:1", "image: \"web %d\""},
        {"imagePullPolicy: Always", "imagePullPolicy: Maybe%d"},
        {"containerPort: 80", "containerPort: %d70000"},
        {"protocol: TCP", "protocol: T%dCP"},
        {"cpu: 100m", "cpu: %d fast"},
        {"cpu: 100m", "c_p%du: 1"},
        {"memory: 64Mi", "memory: -%d1Mi"},
        {"{port: 80}, periodSeconds: 5", "{port: web%d}, periodSeconds: 5"},
        {"periodSeconds: 5", "periodSeconds: -%d0"},
        {"periodSeconds: 5", "exec: {command: [\"%d\"]}"},
        {"name: tmp, mountPath: /tmp", "name: tmp%d, mountPath: /tmp"},
        {"mountPath: /tmp", "mountPath: tmp/%d"},
        {"emptyDir: {}", "emptyDir: {}, hostPath: {path: /x%d}"},
        {"emptyDir: {}", "emptyDir: {medium: Tape%d}"},
        {"operator: Exists", "operator: Exists, value: \"%d\""},
        {"effect: NoSchedule", "effect: Never%d"},
        {"effect: NoSchedule", "effect: NoSchedule, tolerationSeconds: %d"},
        {"spec:\n  replicas", "spec: [%d]\nspecs:\n  replicas"},
        {"metadata:\n", "metadata: %d\nmeta:\n"},
    };

    @Test
    void brokenManifestsAreRefusedHoweverTheyAreBroken() {
        Partition partition = test.partitions.partition("tp-1");
        long before = partition.revision();
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            String text = SOUND;
            int breaks = 1 + random.nextInt(3);
            for (int b = 0; b < breaks; b++) {
                String[] one = BREAKS[b == 0 ? i % BREAKS.length : random.nextInt(BREAKS.length)];
                text = text.replace(one[0], one[1].replace("%d", Integer.toString(1 + random.nextInt(9))));
            }
            String answer = apply(text);
            if (answer.length() < 15) {
                fail("seed " + SEED + ", manifest " + i + " was not refused with a reason ('" + answer + "'):\n"
                        + text);
            }
        }
        assertThat(partition.revision()).isEqualTo(before);
    }

    @Test
    void tornTextsAreRefusedOrHarmless() {
        Random random = new Random(SEED);
        Partition partition = test.partitions.partition("tp-1");
        long before = partition.revision();
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder(SOUND);
            text.setLength(random.nextInt(SOUND.indexOf("containers:")));
            for (int k = random.nextInt(4); k > 0 && text.length() > 0; k--) {
                text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
            }
            apply(text.toString());
        }
        assertThat(partition.revision()).isEqualTo(before);
    }
}
