package org.kochab.testkit.simulation;

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
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCallException.Reason;
import org.kochab.spi.cluster.MemberCalls;

/**
 * Calls between simulated members. Requests and answers are delayed, lost and reordered as the network pleases; requests that may be done
 * twice by their nature also arrive twice. Whoever waits for an answer lets the world go on meanwhile.
 */
public final class SimulatedCalls {
    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final BiPredicate<String, byte[]> repeatable;
    private final Map<String, Connected> members = new TreeMap<>();

    /** @param repeatable whether a request, of this service and with this payload, may arrive twice */
    public SimulatedCalls(Simulation simulation, SimulatedNetwork network, BiPredicate<String, byte[]> repeatable) {
        this.simulation = simulation;
        this.network = network;
        this.repeatable = repeatable;
    }

    /**
     * Joins a process for its present life.
     *
     * @param seen names of the members it sees
     */
    public Connected join(SimulatedProcess process, Supplier<List<String>> seen) {
        Connected joined = new Connected(process, seen);
        members.put(process.name(), joined);
        return joined;
    }

    private record Asked(String member, SimulatedFuture<byte[]> answer) {}

    /** A member's end. */
    public final class Connected implements MemberCalls {
        private final SimulatedProcess process;
        private final int life;
        private final Supplier<List<String>> seen;
        private final Map<String, Handler> services = new HashMap<>();
        private final Map<Long, Asked> asked = new TreeMap<>();
        private final Set<Long> handled = new HashSet<>();

        private Connected(SimulatedProcess process, Supplier<List<String>> seen) {
            this.process = process;
            this.life = process.life();
            this.seen = seen;
        }

        @Override
        public String member() {
            return process.name();
        }

        @Override
        public List<String> members() {
            return seen.get();
        }

        /** To be called when other members are seen than before: calls to those that went are lost. */
        public void changed() {
            List<String> now = seen.get();
            List<Long> lost = new ArrayList<>();
            asked.forEach((id, a) -> {
                if (!now.contains(a.member)) {
                    lost.add(id);
                }
            });
            lost.forEach(id -> fail(id, Reason.LOST, "went away"));
        }

        @Override
        public CompletionStage<byte[]> request(String member, String service, byte[] payload, Duration timeout) {
            Connected to = members.get(member);
            if (to == null || !seen.get().contains(member)) {
                return CompletableFuture.failedFuture(
                        new MemberCallException(Reason.UNREACHABLE, "member " + member + " is not there now"));
            }
            long id = simulation.tick();
            SimulatedFuture<byte[]> answer = new SimulatedFuture<>(process);
            asked.put(id, new Asked(member, answer));
            process.after(timeout, life, () -> fail(id, Reason.TIMED_OUT, "did not answer"));
            network.send(process, to.process, () -> {
                Connected there = members.get(member);
                if (there.life == there.process.life()) {
                    there.arrived(this, id, service, payload);
                }
            });
            return answer;
        }

        private void fail(long id, Reason reason, String what) {
            Asked of = asked.remove(id);
            if (of != null) {
                of.answer.completeExceptionally(new MemberCallException(reason, "member " + of.member + " " + what));
            }
        }

        private void arrived(Connected from, long id, String service, byte[] payload) {
            if (!handled.add(id) && !repeatable.test(service, payload)) {
                return;
            }
            Handler handler = services.get(service);
            if (handler == null) {
                reply(from, () -> from.fail(id, Reason.NO_SERVICE, "does not serve " + service));
                return;
            }
            try {
                handler.handle(from.member(), payload).whenComplete((bytes, failure) -> {
                    if (failure == null) {
                        reply(from, () -> from.answered(id, bytes));
                    } else {
                        reply(from, () -> from.fail(id, Reason.FAILED, "failed: " + failure.getMessage()));
                    }
                });
            } catch (SimulatedProcess.Ended e) {
                throw e;
            } catch (RuntimeException e) {
                reply(from, () -> from.fail(id, Reason.FAILED, "failed: " + e.getMessage()));
            }
        }

        private void answered(long id, byte[] bytes) {
            Asked of = asked.remove(id);
            if (of != null) {
                of.answer.complete(bytes);
            }
        }

        private void reply(Connected to, Runnable arrival) {
            if (process.lives(life)) {
                network.send(process, to.process, () -> {
                    if (to.life == to.process.life()) {
                        arrival.run();
                    }
                });
            }
        }

        @Override
        public Serving serve(String service, Handler handler) {
            if (services.putIfAbsent(service, handler) != null) {
                throw new IllegalArgumentException("service " + service + " is served already");
            }
            return () -> services.remove(service, handler);
        }
    }
}
