package org.millrace.conformance.tidy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * Who may import whom: the arrows between the modules, and the packages with a foreign world in
 * them.
 */
class ArchitectureTest {
    private static final String FOUNDATION = "org.millrace.foundation..";
    private static final String WIRE = "org.millrace.wire..";
    private static final String PERSISTENCE = "org.millrace.persistence..";
    private static final String BROKER = "org.millrace.broker..";
    private static final String CLIENT = "org.millrace.jms..";
    private static final String ADAPTER = "org.millrace.ra..";
    private static final String COMMAND_LINE = "org.millrace.cli..";
    private static final int MAX_FOUNDATION_FILES = 12;

    private static final ImportOption NO_TEST_JARS = location -> !location.contains("-tests.jar");
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(NO_TEST_JARS)
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("org.millrace")
                    .that(not(resideInAPackage("org.millrace.conformance..")));

    private static DescribedPredicate<JavaClass> ours(String... packages) {
        return resideInAPackage("org.millrace..").and(not(resideInAnyPackage(packages)));
    }

    @Test
    void foundationKnowsOnlyJavaAndStaysSmall() {
        classes()
                .that()
                .resideInAPackage(FOUNDATION)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", FOUNDATION)
                .check(PRODUCT);
        long files =
                PRODUCT.stream()
                        .filter(type -> type.getPackageName().startsWith("org.millrace.foundation"))
                        .filter(JavaClass::isTopLevelClass)
                        .count();
        assertThat(files)
                .as("foundation is not a place for what has no better one")
                .isLessThanOrEqualTo(MAX_FOUNDATION_FILES);
    }

    @Test
    void wireProtocolKnowsOnlyFoundation() {
        noClasses()
                .that()
                .resideInAPackage(WIRE)
                .should()
                .dependOnClassesThat(ours(FOUNDATION, WIRE))
                .check(PRODUCT);
    }

    @Test
    void persistenceKnowsTheRecordFormatAndNothingElseOfTheWire() {
        noClasses()
                .that()
                .resideInAPackage(PERSISTENCE)
                .should()
                .dependOnClassesThat(ours(FOUNDATION, PERSISTENCE, "org.millrace.wire.record.."))
                .check(PRODUCT);
    }

    @Test
    void brokerDoesNotKnowTheClient() {
        noClasses()
                .that()
                .resideInAPackage(BROKER)
                .should()
                .dependOnClassesThat(ours(FOUNDATION, WIRE, PERSISTENCE, BROKER))
                .check(PRODUCT);
    }

    @Test
    void clientKnowsNeitherBrokerNorPersistence() {
        noClasses()
                .that()
                .resideInAPackage(CLIENT)
                .should()
                .dependOnClassesThat(ours(FOUNDATION, WIRE, CLIENT))
                .check(PRODUCT);
    }

    @Test
    void adapterKnowsOnlyTheClient() {
        noClasses()
                .that()
                .resideInAPackage(ADAPTER)
                .should()
                .dependOnClassesThat(ours(CLIENT, ADAPTER))
                .check(PRODUCT);
    }

    @Test
    void nettyStaysInCodecAndLinks() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.millrace.wire.frame..", "org.millrace.wire.link..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(PRODUCT);
    }

    @Test
    void databasesStayInTheCatalog() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.millrace.persistence.catalog..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "com.zaxxer..", "org.h2..")
                .check(PRODUCT);
    }

    @Test
    void jakartaMessagingStaysInTheClientAndThoseWhoUseIt() {
        noClasses()
                .that()
                .resideOutsideOfPackages(CLIENT, COMMAND_LINE, ADAPTER)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta..")
                .check(PRODUCT);
    }

    @Test
    void parsingOfCommandsStaysInTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage(COMMAND_LINE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(PRODUCT);
    }

    @Test
    void logbackIsForTheDistributionOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ch.qos.logback..")
                .check(PRODUCT);
    }

    @Test
    void selectorsKnowOnlyRecords() {
        noClasses()
                .that()
                .resideInAPackage("org.millrace.broker.selector..")
                .should()
                .dependOnClassesThat(
                        ours(
                                FOUNDATION,
                                "org.millrace.broker.selector..",
                                "org.millrace.wire.record.."))
                .check(PRODUCT);
    }
}
