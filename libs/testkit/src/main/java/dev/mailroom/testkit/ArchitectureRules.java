package dev.mailroom.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/**
 * The rules of the house that a machine can check; each module's {@code ArchitectureTest} names those that hold for it.
 *
 * <p>Packages are given as ArchUnit patterns: {@code dev.mailroom.sync..} is a package with all below it.
 */
public final class ArchitectureRules {

    private static final String FORBIDDEN_NAMES = ".*(Impl|Manager|Helper|Util|Utils)";

    private ArchitectureRules() {}

    /** The production classes below a package, for {@link ArchRule#check}. */
    public static JavaClasses productionClasses(String rootPackage) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(rootPackage);
    }

    /** Features may use each other, but not in a circle. */
    public static ArchRule noCyclesBetweenPackagesOf(String rootPackage) {
        return slices().matching(rootPackage + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .because("a feature that needs the one that needs it cannot be understood or changed alone");
    }

    /** No class is named for its role in a pattern instead of for what it is. */
    public static ArchRule noVagueNames() {
        return noClasses()
                .should()
                .haveNameMatching(FORBIDDEN_NAMES)
                .because("Impl, Manager, Helper and Util say nothing about what a class is for");
    }

    /** Jakarta Mail and Angus are used in these packages only. */
    public static ArchRule mailLibraryOnlyIn(String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus.mail..")
                .because("only the mail client knows how we speak to mail servers");
    }

    /** No class below {@code rootPackage} touches Jakarta Mail or Angus. */
    public static ArchRule noMailLibrary() {
        return mailLibraryOnlyIn("dev.mailroom.mailclient..");
    }

    /** The classes below a package use the JDK, each other, and these packages. */
    public static ArchRule dependsOnlyOn(String rootPackage, String... packages) {
        String[] allowed = Stream.concat(
                        Stream.of(rootPackage + "..", "java..", "org.jspecify.annotations.."), Stream.of(packages))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(rootPackage + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    /** The wire contracts know the JDK, Jackson with its generator of UUIDs, and JSpecify: no framework. */
    public static ArchRule contractsAreFreeOfFrameworks() {
        return dependsOnlyOn("dev.mailroom.contracts", "com.fasterxml.jackson..", "com.fasterxml.uuid..")
                .because("whoever reads our events must not need our framework");
    }

    /** A service uses the shared libraries and never another service. */
    public static ArchRule doesNotUse(String rootPackage, String... otherPackages) {
        return noClasses()
                .that()
                .resideInAPackage(rootPackage + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(otherPackages)
                .because("services talk through Kafka and HTTP");
    }
}
