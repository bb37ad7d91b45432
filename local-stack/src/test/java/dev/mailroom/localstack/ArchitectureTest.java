package dev.mailroom.localstack;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.mailroom.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.mailroom.localstack";

    private final JavaClasses classes = ArchitectureRules.productionClasses(ROOT);

    @Test
    void featuresDoNotUseEachOtherInACircle() {
        ArchitectureRules.noCyclesBetweenPackagesOf(ROOT).check(classes);
    }

    @Test
    void onlyTheMailServerKnowsTheMailLibrary() {
        ArchitectureRules.mailLibraryOnlyIn(ROOT + ".mailserver..").check(classes);
    }

    @Test
    void noClassHasAVagueName() {
        ArchitectureRules.noVagueNames().check(classes);
    }
}
