package dev.mailroom.sync;

import dev.mailroom.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "dev.mailroom.sync";

    @Test
    void packagesHaveNoCycles() {
        ArchitectureRules.noCyclesBetweenPackagesOf(ROOT).check(ArchitectureRules.productionClasses(ROOT));
    }

    @Test
    void namesSayWhatThingsAre() {
        ArchitectureRules.noVagueNames().check(ArchitectureRules.productionClasses(ROOT));
    }

    @Test
    void theMailLibraryIsBehindOurOwnClient() {
        ArchitectureRules.noMailLibrary().check(ArchitectureRules.productionClasses(ROOT));
    }
}
