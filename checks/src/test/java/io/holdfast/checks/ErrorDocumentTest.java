package io.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.holdfast.core.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `docs/errors.md` says of every error code what its enum says. `./verify --write-docs` writes it.
final class ErrorDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/errors.md");

    @Test
    void theDocumentSaysWhatTheCodesSay() throws IOException {
        String document = document(codes());
        if (Boolean.getBoolean("holdfast.writeDocs")) {
            Files.writeString(Tree.ROOT.resolve(DOCUMENT), document);
        }
        assertThat(Tree.read(DOCUMENT))
                .as("docs/errors.md; run `./verify --write-docs`")
                .isEqualTo(document);
    }

    @Test
    void everyCodeHasOneMeaningOnly() {
        Map<String, ErrorCode> seen = new HashMap<>();
        for (ErrorCode code : codes()) {
            assertThat(seen.put(code.name(), code)).as("%s is in two enums", code.name()).isNull();
            assertThat(code.meaning()).as("%s", code.name()).isNotBlank().endsWith(".");
            assertThat(code.name()).matches("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
        }
    }

    private static List<ErrorCode> codes() {
        var codes = new ArrayList<ErrorCode>();
        var classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.holdfast");
        for (JavaClass found : classes) {
            if (found.isEnum() && found.isAssignableTo(ErrorCode.class)) {
                for (Object constant : found.reflect().getEnumConstants()) {
                    codes.add((ErrorCode) constant);
                }
            }
        }
        codes.sort(Comparator.comparing(ErrorCode::name));
        assertThat(codes).isNotEmpty();
        return codes;
    }

    private static String document(List<ErrorCode> codes) {
        var text = new StringBuilder();
        text.append("# Error codes\n\n");
        text.append(
                "Every problem that Holdfast reports has three lines: what was seen and expected, where, and");
        text.append(
                " what to do. Its code is a name that never changes its meaning. This page is made from the");
        text.append(" sources by `./verify --write-docs`.\n\n");
        text.append("| exit status | meaning |\n|---:|---|\n");
        text.append("| 0 | good |\n| 1 | a bug in Holdfast |\n| 2 | usage or configuration |\n");
        text.append("| 3 | refused: it would be unsafe or is impossible |\n");
        text.append("| 4 | unavailable: server, store, space |\n| 5 | corrupt |\n");
        text.append("| 6 | compared and different |\n| 130 | interrupted |\n");
        for (ErrorCode code : codes) {
            text.append("\n## ")
                    .append(code.name())
                    .append("\n\n")
                    .append(code.meaning())
                    .append('\n');
        }
        return text.toString();
    }
}
