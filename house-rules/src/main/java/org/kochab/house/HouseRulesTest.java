package org.kochab.house;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The boundaries every bundle keeps. Surefire runs this class inside each bundle's own test run, against that bundle's
 * {@code target/classes}; a violation fails the build there.
 */
class HouseRulesTest {
    /** The most references a component may have before it is two components. */
    private static final int MOST_REFERENCES = 7;

    private static final String COMPONENT = "org.osgi.service.component.annotations.Component";

    private static final Path CLASSES =
            Path.of(System.getProperty("basedir", ".")).resolve("target/classes");

    private static JavaClasses bundle;

    @BeforeAll
    static void importThisBundle() {
        assertTrue(Files.isDirectory(CLASSES), () -> "no compiled classes at " + CLASSES);
        bundle = new ClassFileImporter().importPath(CLASSES);
    }

    @Test
    void bundlesMeetOnlyInContracts() {
        check(classes()
                .that()
                .resideInAPackage("org.kochab..")
                .should(new ArchCondition<>("depend on no other bundle but through org.kochab.api and org.kochab.spi") {
                    @Override
                    public void check(JavaClass origin, ConditionEvents events) {
                        origin.getDirectDependenciesFromSelf().stream()
                                .filter(d -> d.getTargetClass().getPackageName().startsWith("org.kochab."))
                                .filter(d -> !isContract(d.getTargetClass()))
                                .filter(d -> !isBuiltIn(d.getTargetClass()))
                                .filter(d -> !area(d.getTargetClass()).equals(area(origin)))
                                .forEach(d -> events.add(SimpleConditionEvent.violated(d, d.getDescription())));
                    }
                }));
    }

    @Test
    void contractsNeedOnlyTheJdk() {
        check(noClasses()
                .that(are("contracts", HouseRulesTest::isContract))
                .should()
                .dependOnClassesThat(are(
                        "outside the JDK, annotations and contracts",
                        c -> !c.getPackageName().startsWith("java.")
                                && !c.getPackageName().startsWith("org.osgi.annotation")
                                && !c.getPackageName().startsWith("org.jspecify")
                                && !c.isPrimitive()
                                && !c.isArray()
                                && !isContract(c))));
    }

    @Test
    void contractsAreRecordsEnumsInterfacesAnnotationsOrExceptions() {
        check(classes()
                .that(are("contracts", HouseRulesTest::isContract))
                .and()
                .arePublic()
                .should(be(are(
                        "a record or its builder, enum, interface, annotation or exception",
                        c -> c.isRecord()
                                || isBuilder(c)
                                || c.isEnum()
                                || c.isInterface()
                                || c.isAssignableTo(Throwable.class)
                                || isConstants(c)))));
    }

    @Test
    void contractInterfacesSayWhoImplementsThem() {
        check(classes()
                .that(are(
                        "open contract interfaces",
                        c -> isContract(c)
                                && c.isInterface()
                                && !c.isAnnotation()
                                && c.getModifiers().contains(JavaModifier.PUBLIC)
                                && !isSealed(c)))
                .should(be(are(
                        "marked @ProviderType or @ConsumerType",
                        c -> c.isAnnotatedWith("org.osgi.annotation.versioning.ProviderType")
                                || c.isAnnotatedWith("org.osgi.annotation.versioning.ConsumerType")))));
    }

    @Test
    void contractPackagesAreVersionedAndExported() {
        check(classes()
                .that(are("contracts", HouseRulesTest::isContract))
                .should(be(are("in a package with @Version and @Export", c -> {
                    var p = c.getPackage();
                    return p.isAnnotatedWith("org.osgi.annotation.versioning.Version")
                            && p.isAnnotatedWith("org.osgi.annotation.bundle.Export");
                }))));
    }

    /** What bnd wrote: a shared package that was not copied in would be imported, and the bundle would never resolve. */
    @Test
    void manifestsImportOnlyContractsOfKochab() throws IOException {
        Path manifest = CLASSES.resolve("META-INF/MANIFEST.MF");
        assumeTrue(Files.exists(manifest), "no bundle");
        try (InputStream in = Files.newInputStream(manifest)) {
            Attributes headers = new Manifest(in).getMainAttributes();
            Set<String> strange = new TreeSet<>(kochabPackages(headers.getValue("Import-Package")));
            strange.removeAll(kochabPackages(headers.getValue("Export-Package")));
            strange.removeIf(p -> p.startsWith("org.kochab.api.") || p.startsWith("org.kochab.spi."));
            assertTrue(strange.isEmpty(), () -> strange + " would be imported: name it in -conditionalpackage");
        }
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("org.kochab.(**)").should().beFreeOfCycles());
    }

    @Test
    void onlyTheIgniteStoreSeesIgnite() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("org.kochab.store.ignite..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.ignite..", "javax.cache.."));
    }

    @Test
    void coresArePlainJava() {
        check(noClasses()
                .that()
                .resideInAPackage("..internal.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.osgi.framework..",
                        "org.osgi.service..",
                        "org.apache.ignite..",
                        "org.apache.karaf..",
                        "org.eclipse.paho..",
                        "io.netty.."));
    }

    @Test
    void coresAreDeterministic() {
        check(noClasses()
                .that()
                .resideInAPackage("..internal.core..")
                .should()
                .callMethodWhere(calls(
                        "a clock, a thread or chance",
                        call -> is(call, "java.lang.System", "nanoTime", "currentTimeMillis")
                                || is(call, "java.lang.Thread", "sleep", "start", "currentThread")
                                || is(call, "java.lang.Math", "random")
                                || is(call, "java.time.Instant", "now")
                                || is(call, "java.time.Clock", "systemUTC", "systemDefaultZone", "system")
                                || is(call, "java.util.UUID", "randomUUID")
                                || is(call, "java.util.Set", "of", "copyOf")
                                || is(call, "java.util.Map", "of", "copyOf", "ofEntries")))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom"));
    }

    @Test
    void componentsAreFinalAndImmutable() {
        check(classes()
                .that(are("components", c -> c.isMetaAnnotatedWith(COMPONENT) || c.isAnnotatedWith(COMPONENT)))
                .should(new ArchCondition<>("be final, with one public constructor, few references and final fields") {
                    @Override
                    public void check(JavaClass c, ConditionEvents events) {
                        if (!c.getModifiers().contains(JavaModifier.FINAL)) {
                            events.add(SimpleConditionEvent.violated(c, c.getName() + " is not final"));
                        }
                        Set<JavaConstructor> constructors = c.getConstructors();
                        long open = constructors.stream()
                                .filter(k -> k.getModifiers().contains(JavaModifier.PUBLIC))
                                .count();
                        if (open != 1) {
                            events.add(SimpleConditionEvent.violated(
                                    c, c.getName() + " has " + open + " public constructors instead of one"));
                        }
                        constructors.stream()
                                .filter(k -> k.getModifiers().contains(JavaModifier.PUBLIC))
                                .filter(k -> k.getRawParameterTypes().size() > MOST_REFERENCES + 2)
                                .forEach(k -> events.add(SimpleConditionEvent.violated(
                                        c, c.getName() + " takes more than " + MOST_REFERENCES + " references")));
                        for (JavaField f : c.getFields()) {
                            if (!f.getModifiers().contains(JavaModifier.FINAL)
                                    && !f.getModifiers().contains(JavaModifier.VOLATILE)
                                    && !f.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                                events.add(SimpleConditionEvent.violated(
                                        f, f.getFullName() + " is neither final nor volatile"));
                            }
                        }
                    }
                }));
    }

    private static Set<String> kochabPackages(String header) {
        return Pattern.compile("org\\.kochab\\.[a-z.]+")
                .matcher(header == null ? "" : header)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(bundle);
    }

    private static boolean isBuilder(JavaClass c) {
        return c.getSimpleName().equals("Builder")
                && c.getEnclosingClass().map(JavaClass::isRecord).orElse(false);
    }

    private static boolean isContract(JavaClass c) {
        return c.getPackageName().startsWith("org.kochab.api.")
                || c.getPackageName().startsWith("org.kochab.spi.");
    }

    /** What is no bundle of its own, but copied into those that use it. */
    private static boolean isBuiltIn(JavaClass c) {
        return List.of(
                        "org.kochab.difference",
                        "org.kochab.schedule",
                        "org.kochab.resourcetext",
                        "org.kochab.agenttasks",
                        "org.kochab.hosttasks",
                        "org.kochab.schema",
                        "org.kochab.schema.check")
                .contains(c.getPackageName());
    }

    /** The bundle a class belongs to: everything before {@code .internal}, or the package itself. */
    private static String area(JavaClass c) {
        String name = c.getPackageName();
        int internal = name.indexOf(".internal");
        String root = internal < 0 ? name : name.substring(0, internal);
        String[] parts = root.split("\\.");
        boolean family = parts.length > 3 && (parts[2].equals("store") || parts[2].equals("runtime"));
        return String.join(".", List.of(parts).subList(0, Math.min(family ? 4 : 3, parts.length)));
    }

    private static boolean isSealed(JavaClass c) {
        return c.reflect().isSealed();
    }

    /** A final class that holds nothing but constants and pure functions. */
    private static boolean isConstants(JavaClass c) {
        return c.getModifiers().contains(JavaModifier.FINAL)
                && c.getFields().stream().allMatch(f -> f.getModifiers().contains(JavaModifier.STATIC))
                && c.getConstructors().stream().allMatch(k -> k.getModifiers().contains(JavaModifier.PRIVATE));
    }

    private static DescribedPredicate<JavaClass> are(
            String description, java.util.function.Predicate<JavaClass> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    private static DescribedPredicate<JavaMethodCall> calls(
            String description, java.util.function.Predicate<JavaMethodCall> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    private static boolean is(JavaMethodCall call, String owner, String... methods) {
        return call.getTargetOwner().getName().equals(owner)
                && List.of(methods).contains(call.getTarget().getName());
    }
}
