package org.kochab.shell.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;
import org.kochab.api.resource.Requester;

class AskingTest {
    private record UserPrincipal(String getName) implements Principal {}

    private record RolePrincipal(String getName) implements Principal {}

    @Test
    void isTheUserOfTheLoginWithItsRoles() {
        Subject subject = new Subject(
                true,
                Set.of(new UserPrincipal("alice"), new RolePrincipal("viewer"), new RolePrincipal("admin")),
                Set.of(),
                Set.of());
        assertThat(Asking.of(subject)).isEqualTo(new Requester("alice", List.of("admin", "viewer")));
        assertThat(Asking.of(null)).isEqualTo(Requester.UNKNOWN);
    }
}
