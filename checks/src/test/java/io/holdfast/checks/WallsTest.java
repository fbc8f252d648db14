package io.holdfast.checks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.holdfast.core.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The walls of the house, each with its reason painted on it.
final class WallsTest {
    private static final JavaClasses SHIPPED =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.holdfast");

    private static final Layers LAYERS = Layers.read(Tree.read(Path.of("ARCHITECTURE.md")));

    @Test
    void theTableNamesEveryModuleOfTheBuild() {
        var built = new ArrayList<String>();
        var module =
                Pattern.compile("<module>(\\w+)</module>").matcher(Tree.read(Path.of("pom.xml")));
        while (module.find()) {
            built.add(module.group(1));
        }
        assertThat(LAYERS.modules()).containsExactlyInAnyOrderElementsOf(built);
    }

    @TestFactory
    List<DynamicTest> aModuleSeesOnlyWhatTheTableAllows() {
        var tests = new ArrayList<DynamicTest>();
        for (String module : LAYERS.modules()) {
            String[] hidden =
                    LAYERS.hiddenFrom(module).stream()
                            .map(name -> "io.holdfast." + name + "..")
                            .toArray(String[]::new);
            if (hidden.length == 0) {
                continue;
            }
            tests.add(
                    DynamicTest.dynamicTest(
                            module,
                            () ->
                                    noClasses()
                                            .that()
                                            .resideInAPackage("io.holdfast." + module + "..")
                                            .should()
                                            .dependOnClassesThat()
                                            .resideInAnyPackage(hidden)
                                            .because(
                                                    "arrows point down only: see the table in ARCHITECTURE.md")
                                            .allowEmptyShould(true)
                                            .check(SHIPPED)));
        }
        return tests;
    }

    @Test
    void codecsDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.holdfast.wire..", "io.holdfast.binlog..", "io.holdfast.innodb..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(File|RandomAccess).*")
                .because("a codec that opens nothing can be tested with bytes and simulated")
                .check(SHIPPED);
    }

    @Test
    void onlyTheShellTouchesTheProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.holdfast.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .because("output and exit status are decided in one place; engines report")
                .check(SHIPPED);
    }

    @Test
    void packagesAreNamedForTheirSubject() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..",
                        "..utils..",
                        "..common..",
                        "..impl..",
                        "..helper..",
                        "..helpers..",
                        "..manager..",
                        "..base..",
                        "..misc..")
                .because("such a name says nothing, and soon everything lies in it")
                .check(SHIPPED);
    }

    @Test
    void typesAreNounsOfTheDomain() {
        noClasses()
                .that()
                .areTopLevelClasses()
                .should()
                .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Info|Data)$")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .because(
                        "STYLE: terms are defined once, in ARCHITECTURE.md, and used with that meaning")
                .check(SHIPPED);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.holdfast.(**)")
                .should()
                .beFreeOfCycles()
                .because("two packages that need each other are one package")
                .check(SHIPPED);
    }

    @Test
    void errorCodesAreEnums() {
        classes()
                .that()
                .implement(ErrorCode.class)
                .should()
                .beEnums()
                .andShould()
                .haveSimpleNameEndingWith("Error")
                .because("docs/errors.md is made of their constants")
                .check(SHIPPED);
    }
}
