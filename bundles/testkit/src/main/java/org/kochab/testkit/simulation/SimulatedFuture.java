package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that a thread of a simulated process may wait for: the world goes on meanwhile. What is made of it can be waited for in the same way. */
public final class SimulatedFuture<T> extends CompletableFuture<T> {
    private final SimulatedProcess process;

    /** @param process whose thread waits */
    public SimulatedFuture(SimulatedProcess process) {
        this.process = process;
    }

    /** The same, to be waited for. */
    public static <T> SimulatedFuture<T> of(SimulatedProcess process, CompletionStage<T> stage) {
        SimulatedFuture<T> future = new SimulatedFuture<>(process);
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                future.complete(value);
            } else {
                future.completeExceptionally(failure);
            }
        });
        return future;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new SimulatedFuture<>(process);
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        process.await(this::isDone, Duration.ofNanos(unit.toNanos(timeout)));
        if (!isDone()) {
            throw new TimeoutException("no answer");
        }
        return super.get(0, unit);
    }
}
