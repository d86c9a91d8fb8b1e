package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginReport;
import org.kochab.api.resource.Requester;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRule;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;

/** The admission rules of this member, in their order. Without any, a write costs one look at an empty list. Thread-safe. */
final class Admission implements PluginReport {
    private static final Duration MOST_WAIT = Duration.ofSeconds(30);
    private static final Trouble NONE = new Trouble("Active", "");

    /**
     * What the operator says.
     *
     * @param limit of one call
     * @param ignoreFailures whether writes go on without a rule that has failed
     * @param ignored names of rules for which that is so in any case
     * @param required names of rules without which nothing is written that rules are asked about
     */
    record Settings(Duration limit, boolean ignoreFailures, List<String> ignored, List<String> required) {
        static final Settings DEFAULT = new Settings(Duration.ofSeconds(2), false, List.of(), List.of());

        Settings {
            ignored = List.copyOf(ignored);
            required = List.copyOf(required);
        }

        boolean isIgnored(String rule) {
            return ignoreFailures || ignored.contains(rule);
        }
    }

    /** A rule that was asked once for what it wants, so that it cannot change its mind, or throw, when everybody is asked. */
    record Rule<R extends AdmissionRule>(R vendor, String name, int rank, Interest interest, RuleCalls calls) {}

    /** Those of one kind. */
    static final class Rules<R extends AdmissionRule> {
        private final String kind;
        private final LongSupplier clock;
        private final ServiceLease<Rule<R>> lease;
        private final Map<R, Rule<R>> byVendor = new IdentityHashMap<>();
        private volatile List<Rule<R>> ordered = List.of();

        private Rules(String kind, LongSupplier clock) {
            this.kind = kind;
            this.clock = clock;
            this.lease = new ServiceLease<>(kind, MOST_WAIT, this::order);
        }

        private void order() {
            // They come by name.
            ordered = lease.list().stream()
                    .map(ServiceLease.Listed::service)
                    .sorted(Comparator.comparingInt(Rule::rank))
                    .toList();
        }

        List<Rule<R>> ordered() {
            return ordered;
        }

        private boolean has(String name) {
            return ordered.stream().anyMatch(rule -> rule.name.equals(name));
        }

        ServiceLease<Rule<R>> lease() {
            return lease;
        }

        /** @param bundle where it comes from */
        void add(R vendor, String bundle, String version) {
            var origin = new ServiceLease.Origin(bundle, version);
            String name = Objects.requireNonNull(vendor.name(), "name() of an admission rule");
            Interest interest = Objects.requireNonNull(vendor.interest(), "interest() of admission rule " + name);
            RuleCalls calls = new RuleCalls(
                    kind + " '" + name + "' of " + origin, "kochab-partition-" + kind + "-" + name, clock);
            Rule<R> rule = new Rule<>(vendor, name, vendor.rank(), interest, calls);
            synchronized (byVendor) {
                byVendor.put(vendor, rule);
            }
            lease.offer(name, rule, origin);
        }

        /** Returns when it is not being called any more, at most after 30 seconds. */
        void remove(R vendor) {
            Rule<R> rule;
            synchronized (byVendor) {
                rule = byVendor.remove(vendor);
            }
            if (rule != null) {
                lease.withdraw(rule);
                rule.calls.close();
            }
        }

        private void listTo(List<Plugin> all) {
            for (ServiceLease.Listed<Rule<R>> l : lease.list()) {
                Trouble trouble = l.service().calls.trouble().orElse(NONE);
                all.add(new Plugin(
                        kind,
                        l.name(),
                        l.origin().bundle(),
                        l.origin().version(),
                        List.of(),
                        trouble.state(),
                        trouble.message()));
            }
        }
    }

    private final Rules<AdmissionMutator> mutators;
    private final Rules<AdmissionValidator> validators;
    private volatile Settings settings = Settings.DEFAULT;

    Admission() {
        this(System::nanoTime);
    }

    Admission(LongSupplier clock) {
        this.mutators = new Rules<>(Plugin.MUTATOR, clock);
        this.validators = new Rules<>(Plugin.VALIDATOR, clock);
    }

    void use(Settings next) {
        settings = next;
    }

    Settings settings() {
        return settings;
    }

    /** The rules that the operator requires and that no bundle offers here now. */
    List<String> missing() {
        List<String> required = settings.required();
        return required.isEmpty()
                ? required
                : required.stream()
                        .filter(name -> !mutators.has(name) && !validators.has(name))
                        .toList();
    }

    Rules<AdmissionMutator> mutators() {
        return mutators;
    }

    Rules<AdmissionValidator> validators() {
        return validators;
    }

    /** The way of one who asks. */
    Gate gate(Requester requester) {
        return new Gate(this, requester);
    }

    @Override
    public List<Plugin> plugins() {
        List<Plugin> all = new ArrayList<>();
        mutators.listTo(all);
        validators.listTo(all);
        for (String name : missing()) {
            all.add(
                    new Plugin(
                            Plugin.VALIDATOR,
                            name,
                            "",
                            "",
                            List.of(),
                            "Missing",
                            "No bundle offers this rule, which org.kochab.admission requires: writes are refused until one does."));
        }
        return all;
    }
}
