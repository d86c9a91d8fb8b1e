package org.kochab.partition.internal.core.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.kochab.api.partition.WatchEvent;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;
import org.kochab.testkit.simulation.Simulation;

/** Kernels with a mistake, made of the real one and something beside it; the simulation must notice each. */
enum Mutant {
    /** The real one. */
    NONE,
    /** Nobody checks the epoch of a commit. */
    SKIPS_THE_EPOCH {
        @Override
        PartitionStore behindTheWay(PartitionStore store) {
            return new Passing(store) {
                @Override
                public CompletionStage<CommitOutcome> commit(CommitBatch b) {
                    long epoch = store.lease(b.partition())
                            .toCompletableFuture()
                            .join()
                            .map(LeaseRecord::epoch)
                            .orElse(0L);
                    return store.commit(new CommitBatch(
                            b.partition(), epoch, b.previousRevision(), b.revision(), b.puts(), b.deletes()));
                }
            };
        }
    },
    /** Callers are answered when the store is asked, not when it has answered. */
    ACKNOWLEDGES_FIRST {
        @Override
        PartitionStore beforeTheWay(PartitionStore store) {
            return new Passing(store) {
                @Override
                public CompletionStage<CommitOutcome> commit(CommitBatch b) {
                    store.commit(b);
                    return CompletableFuture.completedFuture(new CommitOutcome.Done());
                }
            };
        }
    },
    /** A new leader begins with the last revision of the old one. */
    REUSES_A_REVISION {
        @Override
        PartitionStore beforeTheWay(PartitionStore store) {
            return new Passing(store) {
                private long offset;

                @Override
                public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
                    return store.load(partition, each).thenApply(revision -> {
                        offset = revision > 0 ? 1 : 0;
                        return revision - offset;
                    });
                }

                @Override
                public CompletionStage<CommitOutcome> commit(CommitBatch b) {
                    return store.commit(new CommitBatch(
                            b.partition(),
                            b.epoch(),
                            b.previousRevision() + offset,
                            b.revision() + offset,
                            b.puts(),
                            b.deletes()));
                }
            };
        }
    },
    /** A leader moves the partition to another store without sealing the old one. */
    FORGETS_THE_SEAL {
        @Override
        PartitionStore beforeTheWay(PartitionStore store) {
            return new Passing(store) {
                @Override
                public CompletionStage<Boolean> compareAndSetLease(
                        String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
                    return Seals.movedTo(next).isPresent()
                            ? CompletableFuture.completedFuture(true)
                            : super.compareAndSetLease(partition, expected, next);
                }
            };
        }
    },
    /** Somebody who looks for the partition in the store it is being copied to takes what is there. */
    TAKES_A_COPY {
        @Override
        PartitionStore beforeTheWay(PartitionStore store) {
            return new Passing(store) {
                @Override
                public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
                    return super.lease(partition).thenApply(record -> record.map(Mutant::unsealed));
                }

                @Override
                public CompletionStage<Boolean> compareAndSetLease(
                        String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
                    return super.lease(partition)
                            .thenCompose(actual -> super.compareAndSetLease(
                                    partition,
                                    actual.map(Mutant::unsealed).equals(expected) ? actual : expected,
                                    next));
                }
            };
        }
    },
    /** A watcher misses an event now and then. */
    DROPS_AN_EVENT {
        @Override
        List<WatchEvent> delivered(List<WatchEvent> events, Simulation simulation) {
            if (events.isEmpty() || !simulation.chance(0.02)) {
                return events;
            }
            List<WatchEvent> rest = new ArrayList<>(events);
            rest.remove(simulation.below(rest.size()));
            return rest;
        }
    };

    PartitionStore behindTheWay(PartitionStore store) {
        return store;
    }

    PartitionStore beforeTheWay(PartitionStore store) {
        return store;
    }

    List<WatchEvent> delivered(List<WatchEvent> events, Simulation simulation) {
        return events;
    }

    private static LeaseRecord unsealed(LeaseRecord record) {
        return Seals.copyOf(record).isPresent() ? new LeaseRecord(record.epoch(), "", record.renewal(), 1) : record;
    }

    private static class Passing implements PartitionStore {
        private final PartitionStore to;

        Passing(PartitionStore to) {
            this.to = to;
        }

        @Override
        public String name() {
            return to.name();
        }

        @Override
        public StoreHealth health() {
            return to.health();
        }

        @Override
        public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
            return to.lease(partition);
        }

        @Override
        public CompletionStage<Boolean> compareAndSetLease(
                String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
            return to.compareAndSetLease(partition, expected, next);
        }

        @Override
        public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
            return to.commit(batch);
        }

        @Override
        public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
            return to.load(partition, each);
        }

        @Override
        public CompletionStage<Void> drop(String partition) {
            return to.drop(partition);
        }
    }
}
