package org.kochab.shell.internal.session;

import java.security.AccessController;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;
import org.kochab.api.resource.Requester;

/** Who is logged in where a command runs. */
public final class Asking {
    private Asking() {}

    /** Karaf runs commands as the subject of the login; a variable of the session, which anybody can set, does not count. */
    @SuppressWarnings("removal")
    public static Requester now() {
        return of(Subject.getSubject(AccessController.getContext()));
    }

    /** @param subject null if nobody is logged in */
    static Requester of(@Nullable Subject subject) {
        if (subject == null) {
            return Requester.UNKNOWN;
        }
        String user = "";
        List<String> groups = new ArrayList<>();
        for (Principal p : subject.getPrincipals()) {
            switch (p.getClass().getSimpleName()) {
                case "UserPrincipal" -> user = p.getName();
                case "GroupPrincipal", "RolePrincipal" -> groups.add(p.getName());
                default -> {}
            }
        }
        return new Requester(user, groups);
    }
}
