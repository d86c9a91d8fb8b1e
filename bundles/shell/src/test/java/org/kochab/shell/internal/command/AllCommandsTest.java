package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.junit.jupiter.api.Test;

/** What must be true of every command. */
class AllCommandsTest {
    private static List<Class<?>> commands() {
        return Console.commands().stream()
                .filter(c -> c.isAnnotationPresent(Command.class))
                .toList();
    }

    @Test
    void everyCommandHasARole() throws Exception {
        Path acl =
                Path.of("../../assembly/control-plane/src/main/resources/etc/org.apache.karaf.command.acl.kochab.cfg");
        var roles = new Properties();
        try (Reader r = Files.newBufferedReader(acl)) {
            roles.load(r);
        }
        Set<String> named = new TreeSet<>(roles.stringPropertyNames());
        assertThat(named.remove("*")).isTrue();
        assertThat(named)
                .isEqualTo(commands().stream()
                        .map(c -> c.getAnnotation(Command.class).name())
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(roles.values()).isSubsetOf("viewer", "manager", "admin");
        named.removeIf(name -> !roles.getProperty(name).equals("viewer"));
        assertThat(KochabCommand.LOOKS).as("what is not recorded").isEqualTo(named);
    }

    @Test
    void everyCommandIsNamedAndDescribedAlike() {
        assertThat(commands()).isNotEmpty().allSatisfy(c -> {
            Command command = c.getAnnotation(Command.class);
            assertThat(command.scope()).isEqualTo("kochab");
            assertThat(command.name()).matches("[a-z]+(-[a-z]+)*");
            assertThat(command.description()).isNotBlank().doesNotEndWith(".");
            assertThat(KochabCommand.class).isAssignableFrom(c);
        });
    }

    @Test
    void theLastArgumentTakesWhatFollowsSoThatOptionsMayComeLast() {
        assertThat(commands()).allSatisfy(c -> {
            int last = -1;
            boolean open = true;
            for (Class<?> s = c; s != Object.class; s = s.getSuperclass()) {
                for (var f : s.getDeclaredFields()) {
                    Argument a = f.getAnnotation(Argument.class);
                    if (a != null && a.index() > last) {
                        last = a.index();
                        open = a.multiValued();
                    }
                }
            }
            assertThat(open).as(c.getSimpleName()).isTrue();
        });
    }

    @Test
    void everyCommandSaysWhichServiceIsMissing() throws Exception {
        try (var console = new Console()) {
            for (Class<?> c : commands()) {
                String line = "kochab:" + c.getAnnotation(Command.class).name() + " pods x 1";
                try {
                    console.run(line);
                } catch (Exception e) {
                    assertThat(e)
                            .as(line)
                            .isInstanceOf(org.apache.karaf.shell.support.CommandException.class)
                            .hasMessageNotContaining("null");
                }
            }
        }
    }
}
