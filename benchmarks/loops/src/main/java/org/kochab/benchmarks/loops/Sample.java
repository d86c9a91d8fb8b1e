package org.kochab.benchmarks.loops;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Random;
import java.util.UUID;

/** Pods as they are stored once they run. */
public final class Sample {
    private Sample() {}

    /** Pods of some templates, in no order; the same at each call. */
    public static byte[][] pods(int count, int templates) {
        Random random = new Random(1);
        byte[][] pods = new byte[count][];
        for (int i = 0; i < count; i++) {
            pods[i] = pod(random, random.nextInt(templates));
        }
        return pods;
    }

    private static byte[] pod(Random random, int template) {
        return """
                {"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2026-01-01T00:00:%02dZ","generation":1,"labels":{"app":"web-%d"},\
                "name":"web-%d-%s","namespace":"default","ownerReferences":[{"apiVersion":"apps/v1","blockOwnerDeletion":true,"controller":true,\
                "kind":"ReplicaSet","name":"web-%d","uid":"1b4e28ba-2fa1-11d2-883f-0016d3cca42%d"}],"tenant":"shop","uid":"%s"},\
                "spec":{"containers":[{"image":"registry.example/web:%d","name":"web","resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}],\
                "nodeName":"node-%d","restartPolicy":"Always","schedulerName":"default","terminationGracePeriodSeconds":30},\
                "status":{"conditions":[{"lastTransitionTime":"2026-01-01T00:00:%02dZ","status":"True","type":"PodScheduled"}],"phase":"Running"}}"""
                .formatted(
                        random.nextInt(60),
                        template,
                        template,
                        Integer.toString(random.nextInt(60_000_000), 36),
                        template,
                        template % 10,
                        new UUID(random.nextLong(), random.nextLong()),
                        template,
                        random.nextInt(300_000),
                        random.nextInt(60))
                .getBytes(US_ASCII);
    }
}
