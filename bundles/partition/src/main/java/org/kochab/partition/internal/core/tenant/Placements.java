package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.partition.internal.core.tenant.PodRecord.Resize;
import org.kochab.partition.internal.core.tenant.PodRecord.Stage;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;

/**
 * From waiting pods to claims: batches for the scheduler, its decisions, the managers' answers. A pod that was asked for at one node is not
 * offered to another before the manager gave a definite answer, so it can never run twice. Not thread-safe.
 */
public final class Placements {
    private static final long MILLI = 1_000_000L;
    private static final long WAKE_INTERVAL = 20 * MILLI;
    private static final long SAY_INTERVAL = 5_000 * MILLI;
    private static final int LARGEST_MESSAGE = 900;
    private static final long LONGEST_LACK = 10_000;

    private final PodDesk desk;
    private final Values values;
    private final Preemptions preemptions;
    private final LinkedHashMap<String, PodRecord> withoutValues = new LinkedHashMap<>();
    private final Map<String, LinkedHashMap<String, PodRecord>> asking = new LinkedHashMap<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>(java.util.Comparator.comparingLong(Later::at));
    private final LinkedHashMap<String, PodRecord> unsaid = new LinkedHashMap<>();
    private int inFlight;
    private long wokeAt;

    private record Later(PodRecord pod, long at) {}

    /** What a pod takes from elsewhere, when it has its node. */
    public interface Values {
        /** @return the claim with its values; the same if it needs none */
        Claim into(Claim claim) throws ValueSources.LackingException;
    }

    public Placements(PodDesk desk) {
        this(desk, claim -> claim);
    }

    public Placements(PodDesk desk, Values values) {
        this.desk = desk;
        this.values = values;
        this.preemptions = new Preemptions(desk, this::claim, this::says);
    }

    /** What is ended to make room for pods that were refused. */
    public Preemptions preemptions() {
        return preemptions;
    }

    /** Pods for one call of a scheduler, in the order of the groups. */
    public record Batch(List<PodGroup> groups, List<PodRecord> pods) {}

    public ClusterView view() {
        return desk.model.view();
    }

    /** Claims asked for and not answered. */
    public int inFlight() {
        return inFlight;
    }

    public boolean hasReady(long now) {
        wake(now);
        return desk.queue.hasReady(now);
    }

    /** When something is to be done even if nothing happens. */
    public long nextDue() {
        long next = Math.min(Math.min(desk.queue.nextDue(), desk.resizes.nextDue()), desk.permits.nextDue());
        return later.isEmpty() ? next : Math.min(next, later.peek().at);
    }

    /** A scheduler came: waiting pods are tried at once. */
    public void wakeAll(long now) {
        desk.queue.wakeAll(now);
    }

    private void wake(long now) {
        if (now - wokeAt >= WAKE_INTERVAL && desk.takeHelpful()) {
            wokeAt = now;
            desk.queue.wake(now);
        }
    }

    public Batch take(int most, long now) {
        List<PodGroup> groups = new ArrayList<>();
        List<PodRecord> pods = new ArrayList<>();
        for (List<PodRecord> same : desk.queue.take(most, now, this::isFresh)) {
            groups.add(same.get(0).shared.group(same.stream().map(r -> r.uid).toList()));
            pods.addAll(same);
        }
        preemptions.begin(pods);
        return new Batch(groups, pods);
    }

    private boolean isFresh(PodRecord r) {
        if (r.freshManager != null && desk.model.revision(r.freshManager) < r.freshRevision) {
            return false;
        }
        r.freshManager = null;
        return true;
    }

    /** A batch could not be decided: its pods wait on. */
    public void undecided(Batch batch, String why, long now) {
        for (PodRecord r : batch.pods()) {
            if (isWaiting(r)) {
                r.message = why;
                desk.queue.park(r, now + 500 * MILLI, now + 50 * MILLI);
            }
        }
        preemptions.end();
    }

    /** The same, and the pods are to say why: it may last. */
    public void stopped(Batch batch, String why, long now) {
        for (PodRecord r : batch.pods()) {
            if (isWaiting(r)) {
                say(r, why);
            }
        }
        undecided(batch, why, now);
    }

    private boolean isWaiting(PodRecord r) {
        return desk.byUid(r.uid) == r && r.stage == Stage.WAITING && !r.deleting && !r.queued;
    }

    /** What a scheduler decided; whatever it left out or made up counts as refused. @return for how many pods it did */
    public int decided(Batch batch, Collection<Decision> decisions, String scheduler, long now) {
        int undecided = 0;
        Map<String, Decision> byUid = new HashMap<>();
        decisions.forEach(d -> byUid.putIfAbsent(d.podUid(), d));
        for (PodRecord r : batch.pods()) {
            if (!isWaiting(r)) {
                continue;
            }
            r.attempts++;
            Decision d = byUid.get(r.uid);
            if (d instanceof Decision.Assigned a && desk.nodes.manager(a.node()) != null) {
                String why = desk.volumes.before(r, a.node());
                if (why == null) {
                    chosen(r, a.node(), now);
                } else if (!r.queued && r.volumeLack == null) {
                    r.message = why;
                    desk.queue.park(r, now + 1_000 * MILLI, now);
                }
            } else if (d instanceof Decision.Rejected no) {
                refused(r, no.refusals(), now);
                desk.volumes.refused(r);
            } else {
                String what = d instanceof Decision.Assigned a
                        ? "Scheduler " + scheduler + " chose node " + a.node() + ", which does not exist."
                        : "Scheduler " + scheduler + " gave no decision.";
                refused(r, List.of(new Refusal(scheduler, Refusal.Code.PLUGIN_FAILED, 0, what)), now);
                undecided++;
            }
        }
        preemptions.end();
        return undecided;
    }

    private void chosen(PodRecord r, String node, long now) {
        if (!desk.permits.concerns(r)) {
            ask(r, node);
        } else if (desk.permits.isFull()) {
            r.message = Permits.MOST + " other pods have their nodes reserved until hooks allow them.";
            desk.queue.park(r, now + 1_000 * MILLI, now + 1_000 * MILLI);
        } else {
            reserve(r, node);
            desk.permits.begin(r, node, now);
        }
    }

    private void ask(PodRecord r, String node) {
        reserve(r, node);
        enqueue(r);
    }

    private void reserve(PodRecord r, String node) {
        r.stage = Stage.CLAIMING;
        r.target = node;
        r.claim = claim(r, node);
        desk.model.assume(r.claim);
    }

    /** What hooks have said: who is to be asked for now, and who waits on. */
    private void permitted(long now) {
        for (PodRecord r : desk.permits.takeAllowed()) {
            if (isClaiming(r) && r.claim != null && !desk.permits.isPending(r)) {
                r.message = "";
                enqueue(r);
            }
        }
        for (Permits.Refused refused : desk.permits.takeRefused()) {
            PodRecord r = refused.pod();
            if (isClaiming(r)) {
                desk.unreserve(r);
                say(r, refused.why());
                long delay = Backoff.after(1_000, 60_000, r.refusedInARow++) * MILLI;
                desk.queue.park(r, now + delay, now + delay);
                desk.volumes.refused(r);
                desk.check(r);
            }
        }
    }

    private Claim claim(PodRecord r, String node) {
        return new Claim(
                r.uid,
                r.generation,
                r.shared.tenant,
                r.shared.namespace,
                r.name(),
                desk.partition(),
                node,
                r.shared.requests,
                r.shared.labels,
                r.shared.spec,
                0,
                null,
                false);
    }

    private void enqueue(PodRecord r) {
        String manager = desk.nodes.manager(r.target);
        if (manager != null) {
            asking.computeIfAbsent(manager, m -> new LinkedHashMap<>()).put(r.uid, r);
        }
    }

    private void refused(PodRecord r, List<Refusal> refusals, long now) {
        r.refusals = refusals;
        r.lacksValues = false;
        r.refusedInARow++;
        r.message = explain(refusals);
        preemptions.refused(r, now);
        says(r);
        long delay = Backoff.after(1_000, 60_000, r.refusedInARow - 1);
        long least = Backoff.after(20, 1_000, r.refusedInARow - 1);
        desk.queue.park(r, now + delay * MILLI, now + least * MILLI);
    }

    private String explain(List<Refusal> refusals) {
        String all = "0/" + desk.model.nodes() + " nodes can take it";
        return refusals.isEmpty() ? all : all + ": " + reasons(refusals, LARGEST_MESSAGE);
    }

    /** How many nodes would not take it, and why. @param longest then it is cut off */
    static String reasons(List<Refusal> refusals, int longest) {
        StringBuilder text = new StringBuilder();
        for (Refusal refusal : refusals) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(refusal.nodes())
                    .append(' ')
                    .append(refusal.reason());
            if (text.length() > longest) {
                return text.substring(0, longest) + "...";
            }
        }
        return text.toString();
    }

    /** Requests for managers, up to {@code most} each; every pod that is asked for is in exactly one call at a time. */
    public Map<String, List<ClaimRequest>> takeRequests(int most, long now) {
        permitted(now);
        for (PodRecord r : desk.takeStatics()) {
            if (isClaiming(r)) {
                askStatic(r, now);
            }
        }
        while (!later.isEmpty() && later.peek().at <= now) {
            PodRecord r = later.remove().pod();
            if (isClaiming(r) && r.claim != null) {
                enqueue(r);
            } else if (isClaiming(r) && r.isStatic) {
                askStatic(r, now);
            }
        }
        Map<String, List<ClaimRequest>> result = new LinkedHashMap<>();
        for (var e : asking.entrySet()) {
            List<ClaimRequest> requests = new ArrayList<>();
            for (var it = e.getValue().values().iterator(); it.hasNext() && requests.size() < most; ) {
                PodRecord r = it.next();
                it.remove();
                if (isClaiming(r) && r.claim != null) {
                    request(r, r.claim, requests, now);
                }
            }
            if (!requests.isEmpty()) {
                inFlight += requests.size();
                result.put(e.getKey(), requests);
            }
        }
        for (PodRecord r : desk.resizes.take(most, now)) {
            askAgain(r, result, now);
        }
        return result;
    }

    private void request(PodRecord r, Claim claim, List<ClaimRequest> requests, long now) {
        try {
            requests.add(new ClaimRequest(values.into(claim), desk.reading(), null));
            r.lacksValues = false;
        } catch (ValueSources.LackingException e) {
            withoutValues(r, claim, String.valueOf(e.getMessage()), now);
        }
    }

    /** It waits, off its node, until what it lacks may be there. */
    private void withoutValues(PodRecord r, Claim claim, String what, long now) {
        r.lacksValues = true;
        say(r, what);
        long delay = Backoff.after(500, LONGEST_LACK, r.refusedInARow++) * MILLI;
        if (r.isStatic) {
            unclaim(r, claim.node());
            later.add(new Later(r, now + delay));
        } else {
            desk.unreserve(r);
            if (!r.deleting) {
                withoutValues.put(r.uid, r);
                desk.queue.park(r, now + delay, now + delay);
            }
        }
        desk.check(r);
    }

    private void unclaim(PodRecord r, String node) {
        desk.model.forget(r.uid, node);
        r.claim = null;
    }

    /** A config map or secret of a namespace is another now, or there at last. */
    public void valuesChanged(String tenant, String namespace, long now) {
        for (var it = withoutValues.values().iterator(); it.hasNext(); ) {
            PodRecord r = it.next();
            if (desk.byUid(r.uid) != r || !r.lacksValues || !r.queued) {
                it.remove();
            } else if (r.shared.tenant.equals(tenant) && r.shared.namespace.equals(namespace)) {
                it.remove();
                desk.queue.park(r, now, now);
            }
        }
    }

    /** A bound pod's claim is to be of its new generation; the manager keeps the values it has. */
    private void askAgain(PodRecord r, Map<String, List<ClaimRequest>> result, long now) {
        Resize resize = r.resize;
        String manager = desk.nodes.manager(r.node);
        if (resize == null || r.node == null) {
            return;
        }
        if (manager == null) {
            desk.resizes.unanswered(r, resize, now);
            return;
        }
        Claim claim = claim(r, r.node);
        resize.asked = claim;
        inFlight++;
        result.computeIfAbsent(manager, m -> new ArrayList<>()).add(new ClaimRequest(claim, desk.reading(), null));
    }

    /** What a request was made for, if that was a bound pod's new generation. */
    private static @Nullable Resize resize(@Nullable PodRecord r, Claim claim) {
        return r != null && r.resize != null && r.resize.asked == claim ? r.resize : null;
    }

    private boolean isClaiming(PodRecord r) {
        return desk.byUid(r.uid) == r && r.stage == Stage.CLAIMING;
    }

    private void askStatic(PodRecord r, long now) {
        r.attempts++;
        if (r.target != null && desk.nodes.manager(r.target) != null) {
            String why = desk.volumes.before(r, r.target);
            if (why == null) {
                ask(r, r.target);
            } else {
                say(r, why);
                later.add(new Later(r, now + 200 * MILLI));
            }
            return;
        }
        say(r, "Node " + r.target + ", which the pod names, does not exist.");
        later.add(new Later(r, now + 1_000 * MILLI));
    }

    private void say(PodRecord r, String message) {
        r.message = message;
        if (r.nominated() == null) {
            r.notNominated("");
        }
        says(r);
    }

    private void says(PodRecord r) {
        r.unschedulable = r.explained();
        unsaid.put(r.uid, r);
    }

    /** No call can be made now, or the call gave no answer: the same node is asked again. */
    public void unanswered(List<ClaimRequest> requests, String why, long now) {
        inFlight -= requests.size();
        for (ClaimRequest q : requests) {
            PodRecord r = desk.byUid(q.claim().podUid());
            Resize resize = resize(r, q.claim());
            if (r != null && resize != null) {
                desk.resizes.unanswered(r, resize, now);
            } else if (r != null && isClaiming(r)) {
                r.message = why;
                again(r, now);
            }
        }
    }

    private void again(PodRecord r, long now) {
        r.refusedInARow++;
        long delay = Backoff.after(20, 2_000, r.refusedInARow - 1);
        later.add(new Later(r, now + delay * MILLI));
    }

    public void answered(String manager, List<ClaimRequest> requests, List<ClaimAnswer> answers, long now) {
        if (answers.size() != requests.size()) {
            unanswered(requests, "Resource manager " + manager + " gave " + answers.size() + " answers.", now);
            return;
        }
        inFlight -= requests.size();
        for (int i = 0; i < answers.size(); i++) {
            Claim claim = requests.get(i).claim();
            PodRecord r = desk.byUid(claim.podUid());
            Resize resize = resize(r, claim);
            if (r != null && resize != null) {
                desk.resizes.answered(r, resize, claim, answers.get(i), now);
                continue;
            }
            if (r == null || !isClaiming(r) || !claim.node().equals(r.target)) {
                // Gone meanwhile. If it was granted, the claim itself will show that nobody wants it.
                if (answers.get(i) instanceof ClaimAnswer.Refused) {
                    desk.model.forget(claim.podUid(), claim.node());
                }
                continue;
            }
            if (answers.get(i) instanceof ClaimAnswer.Granted) {
                if (r.claimManager == null || !claim.node().equals(r.claimNode)) {
                    // Else the claim itself was seen already, perhaps where its node went since.
                    r.claimNode = r.target;
                    r.claimManager = manager;
                    r.claimGrace = null;
                }
                desk.claimed(r, claim.generation());
                desk.granted(r);
                desk.check(r);
            } else {
                refused(manager, r, (ClaimAnswer.Refused) answers.get(i), now);
            }
        }
    }

    private void refused(String manager, PodRecord r, ClaimAnswer.Refused no, long now) {
        if (no.code() == ClaimAnswer.Code.BUSY || no.code() == ClaimAnswer.Code.STALE_EPOCH) {
            // A stale epoch means that another leads already: this leader is about to learn it.
            r.message = no.message();
            again(r, now);
            return;
        }
        if (r.isStatic) {
            unclaim(r, String.valueOf(r.target));
            say(r, no.message());
            desk.check(r);
            r.refusedInARow++;
            later.add(new Later(r, now + Backoff.after(500, 30_000, r.refusedInARow) * MILLI));
            return;
        }
        desk.unreserve(r);
        r.message = no.message();
        r.refusedInARow++;
        r.freshManager = manager;
        r.freshRevision = no.revision();
        if (r.deleting) {
            desk.check(r);
            return;
        }
        long delay = no.code() == ClaimAnswer.Code.CLAIMED_ELSEWHERE ? 500 : Backoff.after(1, 500, r.refusedInARow);
        desk.queue.park(r, now + delay * MILLI, now + delay * MILLI);
        desk.volumes.refused(r);
        desk.check(r);
    }

    /** Hands pods whose refusal is to be stored to the desk: each at most every 5 seconds, and only if the words changed. */
    public void say(int most, long now) {
        int left = most;
        for (var it = unsaid.values().iterator(); it.hasNext() && left > 0; ) {
            PodRecord r = it.next();
            String words = r.unschedulable;
            if (desk.byUid(r.uid) != r || words == null || words.equals(r.said)) {
                it.remove();
            } else if (r.said == null || now - r.saidAt >= SAY_INTERVAL) {
                it.remove();
                r.said = words;
                r.saidAt = now;
                desk.dirty(r);
                left--;
            }
        }
    }
}
