package org.kochab.plugins.internal.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Whether a plugin's bundles work. Any thread. */
final class Health {
    private static final String CONTRACTS = "org.kochab.spi.";
    private static final String CAUSE = "Caused by: ";
    private static final int LONGEST_CAUSE = 300;

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final Commands commands;

    Health(BundleContext context, ServiceComponentRuntime components, Commands commands) {
        this.context = context;
        this.components = components;
        this.commands = commands;
    }

    /**
     * How they are now.
     *
     * @param faults sentences; none if they are well
     * @param hopeless whether it will not get better by itself
     * @param services names of interfaces and of shell commands that they offer, sorted
     * @param notes what is no fault
     */
    record Verdict(List<String> faults, boolean hopeless, List<String> services, List<String> notes) {
        boolean well() {
            return faults.isEmpty();
        }

        String reason() {
            return String.join("; ", faults);
        }
    }

    /** Looks from outside; does not block. */
    Verdict look(Collection<Bundle> bundles) {
        return new Look().of(bundles);
    }

    /** As {@link #look}, and asks for each service, so that components which are made on demand are made. Blocks as long as they do. */
    Verdict probe(Collection<Bundle> bundles) {
        Look look = new Look();
        for (Bundle b : bundles) {
            for (ServiceReference<?> r : references(b)) {
                if (contracts(r).isEmpty()) {
                    continue;
                }
                try {
                    if (context.getService(r) == null) {
                        look.hopeless("its service " + contracts(r).get(0)
                                + " cannot be had: see the log for what its component threw");
                    }
                } catch (IllegalStateException e) {
                    look.faults.add("its service " + contracts(r).get(0) + " went away");
                } finally {
                    context.ungetService(r);
                }
            }
        }
        return look.of(bundles);
    }

    private static List<ServiceReference<?>> references(Bundle bundle) {
        ServiceReference<?>[] references =
                bundle.getState() == Bundle.UNINSTALLED ? null : bundle.getRegisteredServices();
        return references == null ? List.of() : List.of(references);
    }

    private static List<String> contracts(ServiceReference<?> reference) {
        return Arrays.stream((String[]) reference.getProperty(Constants.OBJECTCLASS))
                .filter(n -> n.startsWith(CONTRACTS))
                .toList();
    }

    static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.INSTALLED -> "INSTALLED";
            case Bundle.RESOLVED -> "RESOLVED";
            case Bundle.STARTING -> "STARTING";
            case Bundle.ACTIVE -> "ACTIVE";
            case Bundle.STOPPING -> "STOPPING";
            default -> "UNINSTALLED";
        };
    }

    /** One look. */
    private final class Look {
        private final List<String> faults = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private boolean hopeless;

        private void hopeless(String fault) {
            faults.add(fault);
            hopeless = true;
        }

        Verdict of(Collection<Bundle> bundles) {
            TreeSet<String> services = new TreeSet<>();
            for (Bundle b : bundles) {
                if (b.getState() == Bundle.ACTIVE) {
                    components(b);
                    services.addAll(commands(b));
                } else {
                    faults.add("bundle " + b.getSymbolicName() + " is " + state(b));
                }
                references(b).forEach(r -> services.addAll(contracts(r)));
            }
            if (services.isEmpty()) {
                faults.add("it offers no service of a Kochab contract (org.kochab.spi…) and no shell command");
            }
            return new Verdict(faults, hopeless, List.copyOf(services), notes);
        }

        private List<String> commands(Bundle bundle) {
            Commands.Found found = commands.of(bundle);
            for (String c : found.missing()) {
                faults.add("its command " + c + " is not there: it waits for a service that it has a @Reference to");
            }
            return found.present();
        }

        private void components(Bundle bundle) {
            Collection<ComponentDescriptionDTO> all = components.getComponentDescriptionDTOs(bundle);
            String declared = bundle.getHeaders("").get("Service-Component");
            if (declared != null && !declared.isBlank() && all.isEmpty()) {
                faults.add("the components of " + bundle.getSymbolicName() + " (Service-Component: " + declared
                        + ") cannot be read: see the log");
            }
            for (ComponentDescriptionDTO d : all) {
                if (components.isComponentEnabled(d)) {
                    component(d);
                }
            }
        }

        private void component(ComponentDescriptionDTO description) {
            Collection<ComponentConfigurationDTO> all = components.getComponentConfigurationDTOs(description);
            if (all.isEmpty() && description.configurationPolicy.equals("require")) {
                waitsForSettings(description);
            }
            for (ComponentConfigurationDTO c : all) {
                switch (c.state) {
                    case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> {
                        for (UnsatisfiedReferenceDTO r : c.unsatisfiedReferences) {
                            faults.add(
                                    "component " + description.name + " waits for a service: " + asked(description, r));
                        }
                    }
                    case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> waitsForSettings(description);
                    case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                        hopeless("component " + description.name + " failed: " + cause(c.failure));
                    default -> {}
                }
            }
        }

        /** What was thrown in the first place; the trace begins with what Declarative Services made of it. */
        private static String cause(@Nullable String trace) {
            List<String> lines = trace == null ? List.of() : trace.lines().toList();
            String cause = lines.stream()
                    .filter(l -> l.startsWith(CAUSE))
                    .reduce((outer, inner) -> inner)
                    .map(l -> l.substring(CAUSE.length()))
                    .orElse(lines.isEmpty() ? "see the log" : lines.get(0));
            return cause.length() > LONGEST_CAUSE ? cause.substring(0, LONGEST_CAUSE) + "..." : cause;
        }

        private void waitsForSettings(ComponentDescriptionDTO description) {
            notes.add("component " + description.name + " waits for its settings: write etc/"
                    + String.join(".cfg or etc/", description.configurationPid) + ".cfg");
        }

        private String asked(ComponentDescriptionDTO description, UnsatisfiedReferenceDTO reference) {
            String type = Arrays.stream(description.references)
                    .filter(r -> r.name.equals(reference.name))
                    .map(r -> r.interfaceName)
                    .findFirst()
                    .orElse(reference.name);
            return reference.target == null ? type : type + " " + reference.target;
        }
    }
}
