package org.kochab.spi.admission;

import org.kochab.api.model.Resource;
import org.osgi.annotation.versioning.ConsumerType;

/** Changes what is to be stored. Registered as a service; see {@link AdmissionRule} for order, threads, deadlines and failure. */
@ConsumerType
public interface AdmissionMutator extends AdmissionRule {
    /**
     * The object as it is to be stored: {@link AdmissionRequest#object} itself if nothing is to be changed. It is as written, in its namespace and found valid, but without
     * the platform's defaults. Kind, name, tenant and namespace must stay as they are; the status is not looked at. The result is completed and checked as if the author had written it.
     *
     * <p>Must give the same for what it has changed before: an object that is applied again goes through it again. Not called for deletions.
     */
    Resource mutate(AdmissionRequest request, AdmissionContext context);
}
