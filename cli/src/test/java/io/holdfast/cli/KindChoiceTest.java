package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.UsageException;
import io.holdfast.repository.BackupKind;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KindChoiceTest {
    private static final String FAR = "no such folder";

    private static KindChoice choice(String far, String... given) {
        Set<String> options = Set.of(given);
        return KindChoice.of(
                options.contains("--logical"),
                options.contains("--physical"),
                options,
                () -> far.isEmpty() ? Optional.empty() : Optional.of(far));
    }

    @Test
    void whereTheFilesAreInReachTheyAreTaken() {
        assertThat(choice("", "--repo").kind()).isEqualTo(BackupKind.PHYSICAL);
        assertThat(choice("", "--repo").why()).contains("--logical");
    }

    @Test
    void whereTheyAreNotRowsAreTakenAndItIsSaidWhy() {
        assertThat(choice(FAR).kind()).isEqualTo(BackupKind.LOGICAL);
        assertThat(choice(FAR).why()).contains(FAR);
    }

    @Test
    void whatIsAskedForIsTakenWithoutAQuestion() {
        for (String far : new String[] {"", FAR}) {
            assertThat(choice(far, "--logical")).isEqualTo(new KindChoice(BackupKind.LOGICAL, ""));
            assertThat(choice(far, "--physical", "--full"))
                    .isEqualTo(new KindChoice(BackupKind.PHYSICAL, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--full",
                "--rate",
                "--reduced-lock",
                "--spool-max",
                "--spool-dir",
                "--stage-every"
            })
    void anOptionOfFilesChoosesThemOrIsAMistake(String option) {
        assertThat(choice("", option).kind()).isEqualTo(BackupKind.PHYSICAL);
        assertThat(choice("", option).why()).contains(option);
        assertThatThrownBy(() -> choice(FAR, option))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(FAR);
        assertThatThrownBy(() -> choice("", option, "--logical"))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void aCloneNeedsNoFilesInReach() {
        assertThat(choice(FAR, "--via-clone", "--rate").kind()).isEqualTo(BackupKind.PHYSICAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--reduced-lock", "--stage-every", "--allow-inconsistent"})
    void whatACloneCannotDoIsAMistake(String option) {
        assertThatThrownBy(() -> choice("", "--via-clone", option))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(option);
        assertThatThrownBy(() -> choice("", "--proof-dir"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--proof-dir");
        assertThat(choice(FAR, "--via-clone", "--proof-dir").kind()).isEqualTo(BackupKind.PHYSICAL);
    }

    @Test
    void anOptionOfRowsChoosesThem() {
        assertThat(choice("", "--other-engines-max").kind()).isEqualTo(BackupKind.LOGICAL);
        assertThatThrownBy(() -> choice("", "--other-engines-max", "--physical"))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void aRefusalOfWhatNobodyAskedForNamesTheOtherKind() {
        var refusal =
                new RefusedException(
                        Problem.of(BackupError.PRIVILEGE_MISSING).what("w").remedy("Grant it."));
        assertThat(choice("").named(refusal).problem().remedy())
                .startsWith("Grant it.")
                .contains("--logical");
        assertThat(choice("", "--physical").named(refusal)).isSameAs(refusal);
    }
}
