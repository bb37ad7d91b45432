package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureRulesTest {

    @Test
    void contractsAreFreeOfFrameworks() {
        var contracts = ArchitectureRules.productionClasses("dev.mailroom.contracts");

        assertThatCode(() -> ArchitectureRules.contractsAreFreeOfFrameworks().check(contracts))
                .doesNotThrowAnyException();
    }

    @Test
    void seesAVagueName() {
        var classes = new ClassFileImporter().importClasses(ThingManager.class);

        assertThatThrownBy(() -> ArchitectureRules.noVagueNames().check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ThingManager");
    }

    @Test
    void seesADependencyThatIsNotAllowed() {
        var classes = new ClassFileImporter().importPackages("dev.mailroom.testkit.tls");

        assertThatThrownBy(() -> ArchitectureRules.dependsOnlyOn("dev.mailroom.testkit.tls")
                        .check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("org.bouncycastle");
    }

    @Test
    void findsNoFaultInTheTestkitItself() {
        var classes = ArchitectureRules.productionClasses("dev.mailroom.testkit");

        ArchitectureRules.noCyclesBetweenPackagesOf("dev.mailroom.testkit").check(classes);
        ArchitectureRules.noVagueNames().check(classes);
    }

    /** Named as no class may be. */
    static final class ThingManager {}
}
