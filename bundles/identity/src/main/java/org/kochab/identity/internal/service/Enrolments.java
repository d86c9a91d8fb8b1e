package org.kochab.identity.internal.service;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceException;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.Pem;
import org.kochab.identity.internal.core.JoinRules;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.core.NodeRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers machines that ask for certificates, one after the other. What is said is durable before it is said. */
final class Enrolments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolments.class);
    private static final int MOST_WAITING = 1_000;
    private static final int ATTEMPTS = 5;
    private static final long STOP_SECONDS = 5;

    private final Records records;
    private final DirectoryCalls directory;
    private final Duration lifetime;
    private final Supplier<Instant> clock;
    private final ThreadPoolExecutor enrolling;
    /** Whose question waits: one each, so that nobody takes the others' turn. */
    private final Set<Keys.Place> asking = ConcurrentHashMap.newKeySet();

    Enrolments(Records records, DirectoryCalls directory, Duration lifetime, Supplier<Instant> clock) {
        this.records = records;
        this.directory = directory;
        this.lifetime = lifetime;
        this.clock = clock;
        enrolling = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
            Thread thread = new Thread(task, "kochab-enrol");
            thread.setDaemon(true);
            return thread;
        });
        enrolling.allowCoreThreadTimeOut(true);
    }

    /** Never blocks. */
    CompletionStage<Enrolled> enrol(Keys.Place place, Enrol request) {
        CompletableFuture<Enrolled> answer = new CompletableFuture<>();
        if (!asking.add(place)) {
            answer.complete(Enrolled.waits("node " + place.node() + " has asked already: wait for that answer"));
            return answer.minimalCompletionStage();
        }
        try {
            enrolling.execute(() -> {
                asking.remove(place);
                answer.complete(answer(place, request));
            });
        } catch (RejectedExecutionException e) {
            asking.remove(place);
            answer.complete(Enrolled.waits("many machines enrol now: ask again in a minute"));
        }
        return answer.minimalCompletionStage();
    }

    private Enrolled answer(Keys.Place place, Enrol request) {
        try {
            PublicKey key = Pem.requested(request.request());
            JoinToken token = request.token() == null ? null : JoinToken.parse(request.token());
            for (int i = 0; i < ATTEMPTS; i++) {
                Optional<Enrolled> answer = attempt(place, key, token);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
            return Enrolled.waits("node " + place.node() + " changes all the time: ask again in a minute");
        } catch (IllegalArgumentException e) {
            return Enrolled.refused(String.valueOf(e.getMessage()));
        } catch (ResourceException e) {
            return Enrolled.waits(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("Node {} of {} gets no certificate", place.node(), place.resourceManager(), e);
            return Enrolled.waits("the platform could not answer: ask again in a minute");
        }
    }

    /** @return empty if something changed meanwhile */
    private Optional<Enrolled> attempt(Keys.Place place, PublicKey key, @Nullable JoinToken token) {
        String nodeKey = Keys.node(place.resourceManager(), place.node());
        Optional<Entry> known = directory.read(p -> p.get(nodeKey));
        Optional<Entry> kept = token == null ? Optional.empty() : directory.read(p -> p.get(Keys.token(token.id())));
        Instant now = clock.get();
        JoinRules.Decision decision = JoinRules.decide(
                place,
                Pem.fingerprint(key),
                known.map(records::node),
                token,
                kept.map(records::token),
                UUID.randomUUID().toString(),
                now.toEpochMilli());
        if (decision.node() == null) {
            return Optional.of(Enrolled.refused(String.valueOf(decision.refusal())));
        }
        Authority issuer = records.authority();
        Optional<X509Certificate> issued = decision.node().state() == State.VALID
                ? Optional.of(issuer.node(
                        place.resourceManager(), place.node(), decision.node().uid(), key, now, lifetime))
                : Optional.empty();
        NodeRecord next = issued.map(c -> decision.node().until(c.getNotAfter().getTime()))
                .orElse(decision.node());
        List<Precondition> unchanged = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        unchanged.add(known.<Precondition>map(e -> new Precondition.AtRevision(nodeKey, e.revision()))
                .orElse(new Precondition.Absent(nodeKey)));
        operations.add(new Operation.Put(nodeKey, records.bytes(next)));
        if (decision.token() != null && kept.isPresent()) {
            Entry used = kept.get();
            unchanged.add(new Precondition.AtRevision(used.key(), used.revision()));
            operations.add(new Operation.Put(used.key(), records.bytes(decision.token())));
        }
        boolean news = known.map(e -> !records.node(e).equals(next)).orElse(true);
        if (news && !directory.commit(new Transaction(unchanged, operations))) {
            return Optional.empty();
        }
        if (issued.isEmpty()) {
            return Optional.of(Enrolled.waits("node " + place.node() + " waits for an operator: kochab:node-approve "
                    + place.node() + " lets it join"));
        }
        if (decision.token() != null) {
            LOG.info("Node {} of {} has joined, with key {}", place.node(), place.resourceManager(), next.key());
        }
        return Optional.of(Enrolled.with(
                Pem.of(issued.get()),
                Pem.of(issuer.certificate()),
                lifetime.multipliedBy(2).dividedBy(3).toSeconds()));
    }

    @Override
    public void close() {
        enrolling.shutdownNow();
        try {
            if (!enrolling.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A machine that enrols was left without an answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
