package io.holdfast.cli;

import io.holdfast.cli.shell.CliError;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UsageException;
import io.holdfast.repository.BackupKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Which kind of backup is taken. Unless the command line says it, a physical one where the
/// server's files can be reached from here: only it is incremental, and quick to restore.
///
/// @param why empty if the command line names the kind
record KindChoice(BackupKind kind, String why) {
    private static final List<String> PHYSICAL_ONLY =
            List.of(
                    "--via-clone",
                    "--full",
                    "--rate",
                    "--reduced-lock",
                    "--spool-max",
                    "--spool-dir",
                    "--stage-every",
                    "--proof-dir");
    private static final List<String> NOT_OVER_NETWORK =
            List.of("--reduced-lock", "--stage-every", "--allow-inconsistent");
    private static final List<String> OVER_NETWORK_ONLY = List.of("--proof-dir");
    private static final List<String> LOGICAL_ONLY = List.of("--other-engines-max");

    /// Decides.
    ///
    /// @param isLogical whether the command line asks for a logical one
    /// @param isPhysical whether it asks for a physical one
    /// @param given its options
    /// @param obstacle why the server's files cannot be reached from here, if they cannot; asked
    ///   only where it matters
    /// @throws UsageException if options contradict each other, or ask for files that are out of
    ///   reach
    static KindChoice of(
            boolean isLogical,
            boolean isPhysical,
            Set<String> given,
            Supplier<Optional<String>> obstacle) {
        boolean isOverNetwork = given.contains("--via-clone");
        demandFitting(isOverNetwork, given);
        @Nullable String physical = isPhysical ? "--physical" : first(PHYSICAL_ONLY, given);
        @Nullable String logical = isLogical ? "--logical" : first(LOGICAL_ONLY, given);
        if (physical != null && logical != null) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what("a backup is either logical or physical")
                            .where("%s, %s", logical, physical)
                            .remedy("Leave one of them out."));
        }
        if (logical != null) {
            return new KindChoice(BackupKind.LOGICAL, implied("--logical", logical));
        }
        if (physical != null && (isPhysical || isOverNetwork)) {
            return new KindChoice(BackupKind.PHYSICAL, implied("--physical", physical));
        }
        Optional<String> unreachable = obstacle.get();
        if (physical != null && unreachable.isPresent()) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what(
                                    "it is for physical backups, and the server's files are out of reach: %s",
                                    unreachable.get())
                            .where("%s", physical)
                            .remedy(
                                    "Leave it out, or run it on the server's host as the user that mysqld runs as."));
        }
        if (physical != null) {
            return new KindChoice(BackupKind.PHYSICAL, implied("--physical", physical));
        }
        return unreachable
                .map(why ->
                        new KindChoice(
                                BackupKind.LOGICAL, "the server's files are out of reach: " + why))
                .orElseGet(() ->
                        new KindChoice(
                                BackupKind.PHYSICAL,
                                "the server's files can be read here; --logical takes rows"));
    }

    private static void demandFitting(boolean isOverNetwork, Set<String> given) {
        String misplaced = first(isOverNetwork ? NOT_OVER_NETWORK : OVER_NETWORK_ONLY, given);
        if (misplaced != null) {
            throw new UsageException(
                    Problem.of(CliError.ARGUMENTS_NOT_UNDERSTOOD)
                            .what(
                                    "it means nothing %s --via-clone",
                                    isOverNetwork ? "with" : "without")
                            .where("%s", misplaced)
                            .remedy("Leave it out."));
        }
    }

    private static @Nullable String first(List<String> options, Set<String> given) {
        return options.stream().filter(given::contains).findFirst().orElse(null);
    }

    private static String implied(String kind, String option) {
        return option.equals(kind) ? "" : option + " is for this kind";
    }

    /// A refusal of a kind that nobody asked for; it names the other one, too.
    RefusedException named(RefusedException refusal) {
        Problem problem = refusal.problem();
        if (why.isEmpty() || problem.remedy().contains("--logical")) {
            return refusal;
        }
        return new RefusedException(
                new Problem(
                        problem.code(),
                        problem.what(),
                        problem.where(),
                        Text.format(
                                "%s Or take a logical backup, of rows: add `--logical`.",
                                problem.remedy())),
                refusal);
    }
}
