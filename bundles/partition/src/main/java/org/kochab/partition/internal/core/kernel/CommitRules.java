package org.kochab.partition.internal.core.kernel;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Transaction;

/**
 * What must hold of transactions beyond their preconditions, in one leadership of one partition. The writer asks, transaction after transaction in the order of their revisions, so that what is
 * counted is exact however many write at once.
 */
public interface CommitRules {
    /** None. */
    CommitRules NONE = state -> Tally.NOTHING;

    /** Begins a group of transactions. The one before has been kept or forgotten by then. */
    Tally open(Keys state);

    /** Whose transaction it is: one owner has at most half of what may wait for the writer. Empty if it is nobody's in particular. Any thread. */
    default String owner(Transaction transaction) {
        return "";
    }

    /** What a group would change. */
    interface Tally {
        /** Counts nothing and refuses nothing. */
        Tally NOTHING = new Tally() {
            @Override
            public @Nullable CommitResult decide(Transaction transaction, Keys before) {
                return null;
            }

            @Override
            public void keep() {
                // Nothing was counted.
            }
        };

        /**
         * Why a transaction is not to be done; null if nothing speaks against it, then it counts as done for those that follow.
         *
         * @param before as the transactions before it leave it
         */
        @Nullable
        CommitResult decide(Transaction transaction, Keys before);

        /** The group is durable. Without this it has not happened. */
        void keep();
    }

    /** Keys as they are at a moment. */
    interface Keys {
        @Nullable
        Entry newest(String key);

        /** Those of the committed state that begin with this, in order, after one of them or from the first. */
        List<Entry> some(String prefix, @Nullable String after, int most);

        /** All keys of the committed state that begin with this. */
        void each(String prefix, Consumer<String> to);
    }
}
