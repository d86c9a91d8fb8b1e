package org.kochab.itests;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** fabric8's client for Java as a user of a tenant, with the kubeconfig that the shell makes, and nothing else set. */
final class JavaClient {
    private static final String NAME = "java";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KubernetesClient client;

    private JavaClient(KubernetesClient client) {
        this.client = client;
    }

    static void doesATenantsWork(Path kubeconfig) throws Exception {
        Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            assertThat(client.getNamespace()).isEqualTo("default");
            assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("20");
            assertThat(client.hasApiGroup("apps", true)).isTrue();
            JavaClient java = new JavaClient(client);
            java.values();
            java.workloads();
        }
    }

    private void values() {
        ConfigMap made = client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .addToLabels("app", NAME)
                        .endMetadata()
                        .addToData("a", "1")
                        .build())
                .create();
        assertThat(made.getMetadata().getUid()).isNotEmpty();
        var named = client.configMaps().withName(NAME);
        named.edit(m -> new ConfigMapBuilder(m).addToData("b", "2").build());
        named.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"c\":\"3\"}}");
        named.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":null}}");
        assertThat(named.get().getData()).isEqualTo(Map.of("b", "2", "c", "3"));
        assertThat(client.resource(new ConfigMapBuilder(named.get())
                                .addToData("d", "4")
                                .build())
                        .update()
                        .getData())
                .containsEntry("d", "4");
        assertThat(client.configMaps().withLabel("app", NAME).list().getItems()).hasSize(1);
        assertThat(client.configMaps()
                        .inAnyNamespace()
                        .withLabel("app", NAME)
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(client.configMaps().withName("no-such").get()).isNull();

        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .addToStringData("word", "sesame")
                .build();
        client.resource(secret).create();
        assertThat(client.secrets().withName(NAME).get().getData()).containsEntry("word", "c2VzYW1l");
        assertThat(client.secrets().withName(NAME).delete()).hasSize(1);
        assertThat(named.delete()).hasSize(1);
        assertThat(named.delete()).isEmpty();
    }

    private void workloads() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        var pods = client.pods().withLabel("app", NAME);
        Watch watch = pods.watch(new Events(events));
        try (SharedIndexInformer<Pod> informer = pods.inform()) {
            client.resource(deployment()).create();
            var named = client.apps().deployments().withName(NAME);
            named.waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Installation.await("the pod in the watch", PATIENCE, () -> events.contains("ADDED"));
            Installation.await(
                    "the pod in the informer",
                    PATIENCE,
                    () -> informer.getStore().list().size() == 1);

            String pod = pods.list().getItems().get(0).getMetadata().getName();
            Installation.await(
                    "its log",
                    PATIENCE,
                    () -> client.pods().withName(pod).getLog().contains("begun"));
            command(pod);

            named.scale(2);
            named.waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Installation.await("both pods", PATIENCE, () -> ready() == 2);
            named.edit(d -> new DeploymentBuilder(d)
                    .editSpec()
                    .editTemplate()
                    .editSpec()
                    .editFirstContainer()
                    .addNewEnv()
                    .withName("A")
                    .withValue("b")
                    .endEnv()
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build());
            Installation.await("the other pods", PATIENCE, () -> isRolledOut(2));
            Installation.await("the former template", PATIENCE, () -> undone(named));
            assertThat(client.apps().replicaSets().withLabel("app", NAME).list().getItems())
                    .hasSizeGreaterThan(1);

            assertThat(client.pods().withName(pod).withGracePeriod(1).delete()).hasSizeLessThan(2);
            named.delete();
            Installation.await("the end of all pods", PATIENCE, () -> pods.list()
                    .getItems()
                    .isEmpty());
            Installation.await("the end in the watch", PATIENCE, () -> events.contains("DELETED"));
        } finally {
            watch.close();
        }
    }

    /** The client reads, then writes what it has read: if the controller has written meanwhile it is told so, and to repeat it. */
    private static boolean undone(RollableScalableResource<Deployment> of) {
        try {
            of.rolling().undo();
            return true;
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).as(e.getMessage()).isEqualTo(HTTP_CONFLICT);
            return false;
        }
    }

    private static Deployment deployment() {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .addToMatchLabels("app", NAME)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", NAME)
                .endMetadata()
                .withNewSpec()
                .withRuntimeClassName("process")
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("main")
                .withCommand("sh", "-c", "echo begun; exec sleep 600")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private int ready() {
        return number(
                client.apps().deployments().withName(NAME).get().getStatus().getReadyReplicas());
    }

    /** By what its controller says of what is wanted now, not of what was wanted before. */
    private boolean isRolledOut(int replicas) {
        Deployment now = client.apps().deployments().withName(NAME).get();
        return now.getMetadata().getGeneration().equals(now.getStatus().getObservedGeneration())
                && number(now.getStatus().getUpdatedReplicas()) == replicas
                && number(now.getStatus().getReadyReplicas()) == replicas;
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }

    private void command(String pod) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ExecWatch exec = client.pods()
                .withName(pod)
                .writingOutput(out)
                .writingError(err)
                .exec("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertThat(exec.exitCode().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(3);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
    }

    /** Notes the types of events. */
    private record Events(List<String> seen) implements Watcher<Pod> {
        @Override
        public void eventReceived(Action action, Pod pod) {
            seen.add(action.name());
        }

        @Override
        public void onClose(WatcherException cause) {
            seen.add("closed: " + cause);
        }
    }
}
