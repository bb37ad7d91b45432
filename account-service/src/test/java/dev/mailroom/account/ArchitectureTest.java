package dev.mailroom.account;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.mailroom.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "dev.mailroom.account";

    private final JavaClasses classes = ArchitectureRules.productionClasses(ROOT);

    @Test
    void hasNoCyclesBetweenFeatures() {
        ArchitectureRules.noCyclesBetweenPackagesOf(ROOT).check(classes);
    }

    @Test
    void hasNoVagueNames() {
        ArchitectureRules.noVagueNames().check(classes);
    }

    @Test
    void leavesTheMailLibraryToTheMailClient() {
        ArchitectureRules.noMailLibrary().check(classes);
    }

    @Test
    void usesNoOtherService() {
        ArchitectureRules.doesNotUse(ROOT, "dev.mailroom.sync..", "dev.mailroom.rules..", "dev.mailroom.send..")
                .check(classes);
    }

    @Test
    void speaksToMailServersInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".verification..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.mailroom.mailclient.imap..", "dev.mailroom.mailclient.smtp..")
                .check(classes);
    }

    @Test
    void opensConnectionsInTwoPackages() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".verification..", ROOT + ".discovery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.mailroom.mailclient.net..")
                .because("whoever connects to what a user named has to go through the guard, and is looked at twice")
                .check(classes);
    }

    @Test
    void asksTheDnsAndTheWebInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".discovery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.xbill.DNS..", "org.apache.hc..")
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".discovery..", ROOT + ".removal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..")
                .because("the only other address is that of sync-service, which the operator names")
                .check(classes);
    }

    @Test
    void sendsMailOfItsOwnInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".notice..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.ext.mail..")
                .check(classes);
    }

    @Test
    void opensNoSocketOfItsOwn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.URLConnection")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.hc.client5.http.impl..")
                .because("only a guarded socket knows that its address was checked")
                .check(classes);
    }

    @Test
    void opensTheVaultInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".credential..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.mailroom.vault..")
                .check(classes);
    }

    @Test
    void entersTheDatabaseForATenantOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".organization..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.mailroom.outbox.Transactions")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.hibernate.reactive.mutiny.Mutiny$SessionFactory")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.vertx.mutiny.sqlclient.Pool")
                .because("a transaction that does not say for whom it works sees nothing")
                .check(classes);
    }

    @Test
    void keepsRowsToThemselves() {
        classes()
                .that()
                .areAnnotatedWith("jakarta.persistence.Entity")
                .should()
                .notHaveModifier(JavaModifier.PUBLIC)
                .check(classes);
    }
}
