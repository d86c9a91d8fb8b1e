package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Transaction;
import org.kochab.codec.JacksonCodec;

/** Whose share of the writer's queue a transaction takes; quotas themselves are tested where they hold. */
class QuotaLedgerTest {
    private final QuotaLedger ledger = new QuotaLedger(new JacksonCodec(), Map.of());

    private String owner(String... keys) {
        List<Operation> deletes = Stream.of(keys)
                .map(key -> (Operation) new Operation.Delete(key))
                .toList();
        return ledger.owner(new Transaction(List.of(), deletes));
    }

    @Test
    void aTransactionIsTheTenantsWhoseAllItsKeysAre() {
        assertThat(owner("pods/acme/default/a")).isEqualTo("acme");
        assertThat(owner("open-tenant/acme", "namespaces/acme/default", "pods/acme/default/a"))
                .isEqualTo("acme");
        assertThat(owner("pods/acme/default/a", "pods/other/default/a")).isEmpty();
        assertThat(owner("pods/acme/default/a", "pods/acme-2/default/a")).isEmpty();
        assertThat(owner("pods/acme-2/default/a", "pods/acme/default/a")).isEmpty();
        assertThat(owner("alone")).isEmpty();
    }
}
