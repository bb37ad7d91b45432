package dev.mailroom.send;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.mailroom.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = ArchitectureRules.productionClasses("dev.mailroom.send");

    @Test
    void hasNoCyclesBetweenFeatures() {
        ArchitectureRules.noCyclesBetweenPackagesOf("dev.mailroom.send").check(CLASSES);
    }

    @Test
    void namesNoClassForItsPattern() {
        ArchitectureRules.noVagueNames().check(CLASSES);
    }

    @Test
    void composesInOnePlaceAndSpeaksToServersThroughTheMailClientOnly() {
        ArchitectureRules.mailLibraryOnlyIn("dev.mailroom.mailclient..", "dev.mailroom.send.compose..")
                .check(CLASSES);
    }

    @Test
    void opensCredentialsWithTheAccountOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.mailroom.send.account..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.mailroom.vault..")
                .check(CLASSES);
    }

    @Test
    void usesNoOtherService() {
        ArchitectureRules.doesNotUse(
                        "dev.mailroom.send", "dev.mailroom.account..", "dev.mailroom.sync..", "dev.mailroom.rules..")
                .check(CLASSES);
    }
}
