package org.kochab.shell.internal.core;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.api.model.Condition;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Function;
import org.kochab.api.model.Job;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StatefulSet;
import org.kochab.resourcetext.JobLine;
import org.kochab.resourcetext.NodeLine;
import org.kochab.resourcetext.PodLine;
import org.kochab.resourcetext.ResourceTables;

/** Whether a resource is as it should be. */
public final class Readiness {
    private Readiness() {}

    /** @param resource null if it does not exist yet */
    public static Rollout of(String what, @Nullable Resource resource) {
        if (resource == null) {
            return new Rollout(false, Optional.empty(), "There is no " + what + " yet");
        }
        if (resource instanceof Deployment d) {
            return Rollout.of(d);
        } else if (resource instanceof StatefulSet s) {
            return Rollout.of(s);
        } else if (resource instanceof DaemonSet s) {
            return Rollout.of(s);
        } else if (resource instanceof ReplicaSet s) {
            int ready = s.status() == null ? 0 : s.status().readyReplicas();
            int wanted = ResourceTables.wanted(s);
            return said(ready == wanted, what, ready + " of " + wanted + " pods are ready");
        } else if (resource instanceof Function f) {
            int ready = f.status() == null ? 0 : f.status().readyReplicas();
            int wanted = ResourceTables.wanted(f);
            return said(ready == wanted, what, ready + " of " + wanted + " pods are ready");
        } else if (resource instanceof Job j) {
            return job(what, j);
        } else if (resource instanceof Node n) {
            return said(n.status() != null && "Ready".equals(n.status().phase()), what, NodeLine.status(n));
        } else if (resource instanceof Pod p) {
            return pod(what, p);
        } else if (resource instanceof Action a) {
            return action(what, a);
        }
        boolean going = resource.metadata().deletionTimestamp() != null;
        if (resource instanceof CustomObject o && !going) {
            Optional<Condition> ready = CustomText.conditions(o).stream()
                    .filter(c -> c.type().equals("Ready"))
                    .findFirst();
            if (ready.isPresent()) {
                String why =
                        ready.get().message() == null ? "" : ", " + ready.get().message();
                return said(
                        ready.get().isTrue(), what, "Ready is " + ready.get().status() + why);
            }
        }
        return said(!going, what, going ? "Terminating" : "there");
    }

    private static Rollout action(String what, Action a) {
        Action.Status s = a.status();
        String phase = s == null ? Action.PENDING : s.phase();
        String said = s == null || s.message() == null ? "" : ". " + s.message();
        if (phase.equals(Action.FAILED)) {
            String why = what + " has failed: " + s.reason() + said;
            return new Rollout(false, Optional.of(why), why);
        }
        return said(phase.equals(Action.SUCCEEDED), what, phase + said);
    }

    private static Rollout job(String what, Job j) {
        Condition failure = j.status() == null ? null : JobLine.failure(j.status());
        if (failure != null) {
            String why = what + " has failed: " + failure.message();
            return new Rollout(false, Optional.of(why), why);
        }
        boolean complete = j.status() != null && j.status().is(Job.COMPLETE);
        return said(complete, what, JobLine.completions(j) + " completions");
    }

    private static Rollout pod(String what, Pod p) {
        String phase =
                p.status() == null ? "Pending" : String.valueOf(p.status().phase());
        if (phase.equals("Failed")) {
            String why =
                    what + " has failed: kochab:describe pod " + p.metadata().name() + " says why";
            return new Rollout(false, Optional.of(why), why);
        }
        return said(ready(p) || phase.equals("Succeeded"), what, PodLine.of(p).status());
    }

    public static boolean ready(Pod p) {
        List<Condition> conditions = p.status() == null ? List.of() : p.status().conditions();
        return conditions.stream().anyMatch(c -> c.type().equals("Ready") && c.isTrue());
    }

    private static Rollout said(boolean done, String what, String state) {
        return new Rollout(done, Optional.empty(), (done ? "" : "Waiting for ") + what + ": " + state);
    }
}
