package io.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The tidiness of the tree. What is sought is written in two halves where this file would find
/// itself.
final class TreeTest {
    private static final int LINES_MAX = 500;
    private static final Set<String> TEXTS =
            Set.of(".java", ".xml", ".md", ".sh", ".yaml", ".yml", ".sql", ".properties", ".py");

    private static List<Path> texts() {
        return Tree.files().stream()
                .filter(file ->
                        TEXTS.stream().anyMatch(file.toString()::endsWith)
                                || !file.getFileName().toString().contains("."))
                .toList();
    }

    /// All places where a pattern is found, as `file:line`.
    private static List<String> places(List<Path> files, String pattern) {
        var sought = Pattern.compile(pattern);
        var found = new ArrayList<String>();
        for (Path file : files) {
            if (file.toString().contains("src/test/golden/")
                    || file.toString().contains("FuzzInputs/")) {
                continue; // bytes of formats, as they were written: no texts of ours
            }
            List<String> lines = Tree.read(file).lines().toList();
            for (int index = 0; index < lines.size(); index++) {
                if (sought.matcher(lines.get(index)).find()) {
                    found.add(file + ":" + (index + 1));
                }
            }
        }
        return found;
    }

    @Test
    void aFileIsReadAtASitting() {
        assertThat(Tree.files(".java"))
                .allSatisfy(file ->
                        assertThat(Tree.read(file).lines().count())
                                .as("%s", file)
                                .isLessThanOrEqualTo(LINES_MAX));
    }

    @Test
    void thereAreNoTabs() {
        // The fixtures of servers hold tabs on purpose: as data.
        List<Path> sources =
                texts().stream().filter(file -> !file.toString().endsWith(".sql")).toList();
        assertThat(places(sources, "\t")).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(places(texts(), "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")).isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        List<Path> tests =
                Tree.files(".java").stream()
                        .filter(file -> file.toString().contains("src/test/"))
                        .toList();
        assertThat(places(tests, "Thread\\.sl" + "eep|TimeUnit\\.\\w+\\.sl" + "eep")).isEmpty();
    }

    @Test
    void noPathOfOneMachineIsInTheTree() {
        assertThat(places(texts(), "/wo" + "rk/|/ro" + "ot/|/home/\\w+/")).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIs() {
        var packages = new TreeSet<String>();
        for (Path file : Tree.files(".java")) {
            if (file.toString().contains("src/main/")) {
                packages.add(String.valueOf(file.getParent()));
            }
        }
        assertThat(packages)
                .allSatisfy(folder ->
                        assertThat(Tree.read(Path.of(folder, "package-info.java")))
                                .as("%s", folder)
                                .contains("@NullMarked")
                                .startsWith("///"));
    }

    @Test
    void licenceAndChangesAreThere() {
        assertThat(Tree.read(Path.of("LICENSE")))
                .contains("Apache License")
                .contains("Version 2.0");
        assertThat(Tree.read(Path.of("CHANGELOG.md"))).contains("0.1.0");
    }

    /// Goal: no document points to what is not there. Method: every relative link of every Markdown
    /// file, and every folder or file it names.
    @Test
    void linksInDocumentsResolve() {
        var link = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
        var broken = new ArrayList<String>();
        for (Path file : Tree.files(".md")) {
            var found = link.matcher(Tree.read(file));
            while (found.find()) {
                String target = found.group(1);
                boolean isElsewhere =
                        Stream.of("http://", "https://", "mailto:").anyMatch(target::startsWith);
                if (!isElsewhere && !Files.exists(Tree.ROOT.resolve(file).resolveSibling(target))) {
                    broken.add(file + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }
}
