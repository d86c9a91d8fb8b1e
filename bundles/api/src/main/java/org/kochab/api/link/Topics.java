package org.kochab.api.link;

/**
 * The topic tree under {@code kochab/1/{rm}/{node}}.
 *
 * @param root without a slash at its end
 */
public record Topics(String root) {
    public static final String PREFIX = "kochab/1/";

    public static Topics of(String resourceManager, String node) {
        return new Topics(PREFIX + resourceManager + "/" + node);
    }

    /** What a resource manager subscribes: everything its nodes send. */
    public static String allUp(String resourceManager) {
        return PREFIX + resourceManager + "/+/up/#";
    }

    public String desired() {
        return root + "/down/desired";
    }

    public String spec(String digest) {
        return root + "/down/spec/" + digest;
    }

    public String command(String correlation) {
        return root + "/down/cmd/" + correlation;
    }

    public String announce() {
        return root + "/down/announce";
    }

    /** Where a machine asks for a certificate. */
    public String askToEnrol() {
        return root + "/up/enrol";
    }

    public String enrolled() {
        return root + "/down/enrol";
    }

    public String allDown() {
        return root + "/down/#";
    }

    public String birth() {
        return root + "/up/birth";
    }

    public String state() {
        return root + "/up/state";
    }

    public String reported() {
        return root + "/up/reported";
    }

    public String heartbeat() {
        return root + "/up/heartbeat";
    }

    public String request() {
        return root + "/up/request";
    }

    public String reply(String correlation) {
        return root + "/up/reply/" + correlation;
    }
}
