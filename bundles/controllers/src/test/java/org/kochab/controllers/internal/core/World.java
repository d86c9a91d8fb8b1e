package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.util.List;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.testkit.controller.TestPartition;

/** A tenant partition with what the built-in controllers need of agents and schedulers, done by hand. */
final class World extends TestPartition {
    static final TenantId T = TENANT;

    /** Objects that are refused, by a part of their name; empty for none. */
    String refuse = "";

    /** Whether pods under deletion end at once. */
    boolean podsEnd = true;

    World(Controller... controllers) {
        super(controllers);
    }

    @Override
    public World settle() {
        super.settle();
        return this;
    }

    @Override
    public World pass(Duration time) {
        super.pass(time);
        return this;
    }

    /** Reports all active pods as running and ready. */
    void ready() {
        for (Pod p : pods()) {
            if (PodState.active(p) && !PodState.ready(p)) {
                status(p, "Running", true);
            }
        }
        settle();
    }

    void status(Pod pod, String phase, boolean ready) {
        var condition = new Condition("Ready", ready ? "True" : "False", null, null, now());
        updateStatus(
                T,
                pod.withStatus(new PodStatus(
                        phase, null, null, null, null, now(), List.of(condition), List.of(), List.of(), null)));
    }

    void placed(Pod pod, String node) {
        Pod current = (Pod) get(ResourceRef.of(Kind.POD, pod)).orElseThrow();
        update(T, current.withSpec(current.spec().withNodeName(node)));
    }

    List<Pod> pods() {
        return all(Kind.POD, Pod.class);
    }

    void change(Resource resource) {
        update(T, resource);
    }

    /** As if it had been removed by somebody else. */
    void forget(Resource resource) {
        remove(resource);
    }

    void removePods() {
        for (Pod p : pods()) {
            if (Owners.marked(p)) {
                remove(p);
            }
        }
    }

    @Override
    public Resource create(TenantId tenant, Resource resource) {
        Resource named = named(resource);
        if (!refuse.isEmpty() && String.valueOf(named.metadata().name()).contains(refuse)) {
            throw new ResourceException(ResourceException.Reason.INVALID, "spec is refused");
        }
        return super.create(tenant, named);
    }

    @Override
    protected boolean endsAtOnce(Pod pod) {
        return podsEnd;
    }
}
