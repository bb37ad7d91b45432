package dev.mailroom.rules;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.mailroom.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = ArchitectureRules.productionClasses("dev.mailroom.rules");

    @Test
    void featuresUseEachOtherInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.mailroom.rules..")
                .layer("condition")
                .definedBy("dev.mailroom.rules.condition..")
                .layer("action")
                .definedBy("dev.mailroom.rules.action..")
                .layer("account")
                .definedBy("dev.mailroom.rules.account..")
                .layer("rule")
                .definedBy("dev.mailroom.rules.rule..")
                .layer("log")
                .definedBy("dev.mailroom.rules.log..")
                .layer("evaluation")
                .definedBy("dev.mailroom.rules.evaluation..")
                .whereLayer("evaluation")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("log")
                .mayOnlyBeAccessedByLayers("evaluation")
                .whereLayer("rule")
                .mayOnlyBeAccessedByLayers("log", "evaluation")
                .whereLayer("account")
                .mayOnlyBeAccessedByLayers("rule", "evaluation")
                .whereLayer("action")
                .mayOnlyBeAccessedByLayers("rule", "evaluation")
                .check(CLASSES);
        ArchitectureRules.noCyclesBetweenPackagesOf("dev.mailroom.rules").check(CLASSES);
    }

    @Test
    void aServiceUsesNoOtherService() {
        ArchitectureRules.doesNotUse(
                        "dev.mailroom.rules", "dev.mailroom.account..", "dev.mailroom.sync..", "dev.mailroom.send..")
                .check(CLASSES);
        ArchitectureRules.noMailLibrary().check(CLASSES);
    }

    @Test
    void namesSayWhatAClassIsFor() {
        ArchitectureRules.noVagueNames().check(CLASSES);
    }
}
