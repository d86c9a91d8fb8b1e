package org.kochab.api.model;

/** Labels and annotations with a meaning to the platform. Kubernetes' names where Kubernetes has one. */
public final class Annotations {
    /** On a deployment and its replica sets: number of the rollout, from 1. */
    public static final String REVISION = "deployment.kubernetes.io/revision";

    /** On a replica set: the deployment's {@code spec.replicas} it was last scaled for. */
    public static final String DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";

    /** On a deployment: why it was changed, for the history. */
    public static final String CHANGE_CAUSE = "kubernetes.io/change-cause";

    /** On a pod: an integer; pods with a lower one are deleted first when a replica set shrinks. */
    public static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    /**
     * On a deployment: asks for the template of the rollout with this {@link #REVISION}, {@code 0} for the one before the current. The
     * deployment controller restores the template, removes the annotation and records an event.
     */
    public static final String ROLLBACK_TO = "kochab.org/rollback-to";

    /** Label on the replica sets and pods of a deployment: tells its templates apart. */
    public static final String POD_TEMPLATE_HASH = "pod-template-hash";

    /** Label on what belongs to a function: its name. */
    public static final String FUNCTION = "kochab.org/function";

    /** Label on the pods of a job: the job's name. */
    public static final String JOB_NAME = "job-name";

    /** On a pod of an indexed job: its index, which its containers have as {@code JOB_COMPLETION_INDEX}. */
    public static final String COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";

    /** On a pod or a volume that is being deleted: its node's confirmation is not waited for. Set by {@link org.kochab.api.resource.DeleteOptions#force}. */
    public static final String FORCE_DELETE = "kochab.org/force-delete";

    /** Before the name of a provisioner: label of the nodes on which it can make volumes, {@code true}. */
    public static final String PROVISIONER_PREFIX = "volume.kochab.org/";

    /** Label on the pods of a stateful set: the pod's name. */
    public static final String POD_NAME = "statefulset.kubernetes.io/pod-name";

    /** Label on the pods of a stateful set: the number at the end of the pod's name. */
    public static final String POD_INDEX = "apps.kubernetes.io/pod-index";

    /** Label on the pods of a stateful set or daemon set: names the template it was made from. */
    public static final String CONTROLLER_REVISION_HASH = "controller-revision-hash";

    private Annotations() {}
}
