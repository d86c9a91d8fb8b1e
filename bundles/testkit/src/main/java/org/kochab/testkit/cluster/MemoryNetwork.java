package org.kochab.testkit.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;
import org.kochab.spi.cluster.MemberCalls;

/** Members that reach each other within one JVM, until a test says otherwise. Safe for any thread. */
public final class MemoryNetwork implements AutoCloseable {
    private final TreeMap<String, Connected> members = new TreeMap<>();
    private final Set<String> cuts = new HashSet<>();

    /** Joins a member. */
    public synchronized MemberCalls join(String name) {
        if (members.containsKey(name)) {
            throw new IllegalArgumentException("member " + name + " has joined already");
        }
        Connected joined = new Connected(name);
        members.put(name, joined);
        return joined;
    }

    /** A member is gone from one instant to the next: nobody sees it any more, what it was asked is lost. */
    public void leave(String name) {
        Connected gone;
        List<CompletableFuture<byte[]>> lost = new ArrayList<>();
        synchronized (this) {
            gone = members.remove(name);
            if (gone == null) {
                return;
            }
            for (Connected m : members.values()) {
                m.asked.forEach((answer, of) -> {
                    if (of.equals(name)) {
                        lost.add(answer);
                    }
                });
            }
            lost.addAll(gone.asked.keySet());
        }
        lost.forEach(
                f -> f.completeExceptionally(new MemberCallException(Reason.LOST, "member " + name + " went away")));
        gone.arrivals.shutdownNow();
    }

    /** From now on what one asks the other vanishes, answers included; both still see each other. */
    public synchronized void cut(String one, String other) {
        cuts.add(one + "|" + other);
        cuts.add(other + "|" + one);
    }

    public synchronized void heal() {
        cuts.clear();
    }

    private synchronized boolean isCut(String from, String to) {
        return cuts.contains(from + "|" + to);
    }

    private synchronized List<String> names() {
        return List.copyOf(members.keySet());
    }

    @Override
    public void close() {
        names().forEach(this::leave);
    }

    private final class Connected implements MemberCalls {
        private final String name;
        private final ExecutorService arrivals;
        private final Map<String, Handler> services = new HashMap<>();
        private final Map<CompletableFuture<byte[]>, String> asked = new HashMap<>();
        private long askedBytes;

        Connected(String name) {
            this.name = name;
            this.arrivals = Executors.newSingleThreadExecutor(run -> {
                Thread t = new Thread(run, "arrivals-" + name);
                t.setDaemon(true);
                return t;
            });
        }

        @Override
        public String member() {
            return name;
        }

        @Override
        public List<String> members() {
            return names();
        }

        @Override
        public CompletionStage<byte[]> request(String member, String service, byte[] payload, Duration timeout) {
            if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
                throw new IllegalArgumentException("timeout is " + timeout + ": use up to " + MAX_TIMEOUT);
            }
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            synchronized (MemoryNetwork.this) {
                Connected to = members.get(member);
                Reason refused = to == null || members.get(name) != this
                        ? Reason.UNREACHABLE
                        : payload.length > MAX_BYTES
                                ? Reason.TOO_LARGE
                                : asked.size() >= MAX_CALLS || askedBytes + payload.length > MAX_CALL_BYTES
                                        ? Reason.BUSY
                                        : null;
                if (refused != null) {
                    return CompletableFuture.failedFuture(new MemberCallException(refused, refused + ": " + member));
                }
                asked.put(answer, member);
                askedBytes += payload.length;
                answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
                if (!isCut(name, member)) {
                    to.arrivals.execute(() -> to.arrive(name, service, payload, answer));
                }
            }
            CompletableFuture<byte[]> told = new CompletableFuture<>();
            answer.whenComplete((bytes, failure) -> {
                synchronized (MemoryNetwork.this) {
                    asked.remove(answer);
                    askedBytes -= payload.length;
                }
                if (failure == null) {
                    told.complete(bytes);
                } else if (failure instanceof MemberCallException) {
                    told.completeExceptionally(failure);
                } else {
                    told.completeExceptionally(
                            new MemberCallException(Reason.TIMED_OUT, "member " + member + " did not answer"));
                }
            });
            return told;
        }

        private void arrive(String from, String service, byte[] payload, CompletableFuture<byte[]> answer) {
            Handler handler;
            synchronized (services) {
                handler = services.get(service);
            }
            if (handler == null) {
                answer.completeExceptionally(new MemberCallException(Reason.NO_SERVICE, service));
                return;
            }
            try {
                handler.handle(from, payload).whenComplete((bytes, failure) -> {
                    if (isCut(name, from)) {
                        return;
                    }
                    if (failure == null && bytes.length <= MAX_BYTES) {
                        answer.complete(bytes);
                    } else {
                        fail(answer, failure == null ? "the answer is too large" : failure.getMessage());
                    }
                });
            } catch (RuntimeException e) {
                fail(answer, e.getMessage());
            }
        }

        private static void fail(CompletableFuture<byte[]> answer, String why) {
            answer.completeExceptionally(new MemberCallException(Reason.FAILED, String.valueOf(why)));
        }

        @Override
        public Serving serve(String service, Handler handler) {
            synchronized (services) {
                if (services.putIfAbsent(service, handler) != null) {
                    throw new IllegalArgumentException("service " + service + " is served already");
                }
            }
            return () -> {
                synchronized (services) {
                    services.remove(service, handler);
                }
            };
        }
    }
}
