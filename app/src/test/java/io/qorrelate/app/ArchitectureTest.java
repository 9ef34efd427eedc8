package io.qorrelate.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of the design, as far as the build's own module dependencies do not draw them. */
class ArchitectureTest {
    private static final String MODEL = "io.qorrelate.model..";
    private static final String DIAGNOSIS = "io.qorrelate.diagnosis..";
    private static final String COLLECTORS = "io.qorrelate.collectors..";
    private static final String STREAMS = "io.qorrelate.streams..";
    private static final String SIMULATOR = "io.qorrelate.simulator..";
    private static final String EVALUATION = "io.qorrelate.evaluation..";
    private static final String APP = "io.qorrelate.app..";

    /** The language, null's contract, and reading JSON and YAML. */
    private static final String[] MODEL_NEEDS = {
        MODEL, "java..", "org.jspecify..", "com.fasterxml.jackson..", "org.snakeyaml.engine.."
    };

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.qorrelate");

    @Test
    void allModulesAreLookedAt() {
        for (String module : List.of(MODEL, DIAGNOSIS, COLLECTORS, STREAMS, SIMULATOR, EVALUATION, APP)) {
            assertThat(OURS.stream().anyMatch(resideInAnyPackage(module)))
                    .as(module)
                    .isTrue();
        }
    }

    @Test
    void theModelKnowsNobody() {
        classes()
                .that()
                .resideInAPackage(MODEL)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(MODEL_NEEDS)
                .check(OURS);
    }

    @Test
    void theDiagnosisKnowsTheModelAlone() {
        classes()
                .that()
                .resideInAPackage(DIAGNOSIS)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(DIAGNOSIS, MODEL, "java..", "org.jspecify..")
                .check(OURS);
    }

    /** State has a binary form, for which the language's streams of bytes in memory are enough. */
    @Test
    void theDiagnosisTouchesNoFileNoNetworkAndNoThread() {
        noClasses()
                .that()
                .resideInAPackage(DIAGNOSIS)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.net..",
                                "java.sql..",
                                "java.util.concurrent..",
                                "java.lang.reflect..")
                        .or(named("java.io.File", "java.io.FileInputStream", "java.io.FileOutputStream"))
                        .or(named("java.io.FileReader", "java.io.FileWriter", "java.io.RandomAccessFile"))
                        .or(named("java.io.PrintStream", "java.io.Console", "java.util.Scanner"))
                        .or(named("java.lang.Thread", "java.lang.ThreadLocal", "java.lang.ProcessBuilder")))
                .check(OURS);
    }

    @Test
    void theDiagnosisReadsNoClockAndThrowsNoDice() {
        noClassesAskForTheTimeIn(DIAGNOSIS)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat(named(
                        "java.time.Clock",
                        "java.time.InstantSource",
                        "java.util.Random",
                        "java.util.random.RandomGenerator",
                        "java.security.SecureRandom"))
                .check(OURS);
    }

    @Test
    void theDiagnosisKnowsNothingOfTheMachineItRunsOn() {
        noClasses()
                .that()
                .resideInAPackage(DIAGNOSIS)
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(OURS);
    }

    @Test
    void collectorsKnowTheModelAlone() {
        noClasses()
                .that()
                .resideInAPackage(COLLECTORS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DIAGNOSIS, STREAMS, SIMULATOR, EVALUATION, APP)
                .check(OURS);
    }

    @Test
    void streamProcessorsKnowTheModelAndTheDiagnosisAlone() {
        noClasses()
                .that()
                .resideInAPackage(STREAMS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(COLLECTORS, SIMULATOR, EVALUATION, APP)
                .check(OURS);
    }

    @Test
    void theSimulatorKnowsTheModelAloneSoThatTheEngineIsNotFittedToIt() {
        noClasses()
                .that()
                .resideInAPackage(SIMULATOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DIAGNOSIS, COLLECTORS, STREAMS, EVALUATION, APP)
                .check(OURS);
    }

    @Test
    void theSimulatorTalksToThePlatformOverHttpOnly() {
        noClasses()
                .that()
                .resideInAPackage(SIMULATOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "co.elastic..", "org.elasticsearch..")
                .check(OURS);
    }

    @Test
    void theEvaluationKnowsTheModelAndTheDiagnosisAlone() {
        noClasses()
                .that()
                .resideInAPackage(EVALUATION)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(COLLECTORS, STREAMS, SIMULATOR, APP)
                .check(OURS);
    }

    @Test
    void whoIsEvaluatedIsKnownToTheContestantsAloneSoThatScenariosAreNotFittedToIt() {
        noClasses()
                .that()
                .resideInAPackage(EVALUATION)
                .and()
                .resideOutsideOfPackage("io.qorrelate.evaluation.contestant..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DIAGNOSIS)
                .check(OURS);
    }

    @Test
    void theEvaluationReadsNoClock() {
        noClassesAskForTheTimeIn(EVALUATION).check(OURS);
    }

    private static ClassesShouldConjunction noClassesAskForTheTimeIn(String home) {
        return noClasses()
                .that()
                .resideInAPackage(home)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime");
    }

    @Test
    void elasticsearchIsKnownToTheSinkAndTheWiringOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.qorrelate.streams.sink..", APP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("co.elastic..", "org.elasticsearch..")
                .check(OURS);
    }

    @Test
    void nobodyKnowsTheApp() {
        noClasses()
                .that()
                .resideOutsideOfPackage(APP)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(APP)
                .check(OURS);
    }

    @Test
    void theEmbeddedServersKnowNothingOfThePlatform() {
        noClasses()
                .that()
                .resideInAPackage("io.qorrelate.app.embedded..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.qorrelate..")
                        .and(DescribedPredicate.not(resideInAnyPackage("io.qorrelate.app.embedded.."))))
                .check(OURS);
    }

    @Test
    void modulesAreFreeOfCycles() {
        slices().matching("io.qorrelate.(*)..").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.qorrelate.(**)").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void everyPackageSaysWhatLivesThereAndMarksItsNulls() {
        List<String> unmarked = OURS.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> !each.getClasses().isEmpty())
                .filter(each -> each.tryGetAnnotationOfType(NullMarked.class).isEmpty())
                .map(JavaPackage::getName)
                .toList();

        assertThat(unmarked).isEmpty();
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe(
                String.join(", ", names), type -> List.of(names).contains(type.getName()));
    }
}
