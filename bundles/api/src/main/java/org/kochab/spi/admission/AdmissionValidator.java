package org.kochab.spi.admission;

import org.osgi.annotation.versioning.ConsumerType;

/** Refuses what is not to be stored. Registered as a service; see {@link AdmissionRule} for order, threads, deadlines and failure. */
@ConsumerType
public interface AdmissionValidator extends AdmissionRule {
    /**
     * Sees the object as it would be stored, defaults included; only what the store gives (uid, version, times, the end of a generated name) may be missing. Objects that are created
     * from one template at once, such as the pods of a replica set, are asked about once, without a name.
     */
    Verdict validate(AdmissionRequest request, AdmissionContext context);
}
