package io.holdfast.recovery.physical;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server's error log says of its crash recovery, by the numbers of its messages.
///
/// | number      | says                                                                     |
/// |-------------|--------------------------------------------------------------------------|
/// | `MY-013883` | `The latest found checkpoint is at lsn = N in redo log file …`           |
/// | `MY-012550` | `Doing recovery: scanned up to log sequence number N`, again and again   |
///
/// They are notes, shown with `log_error_verbosity=3`. Source: MySQL 9.7
/// `storage/innobase/log/log0recv.cc`, `recv_recovery_from_checkpoint_start`, `recv_scan_log_recs`;
/// `share/messages_to_error_log.txt`.
///
/// @param checkpointLsn where recovery began; empty if the log does not say
/// @param scannedLsn where the redo log ended; empty if the log does not say
/// @param innodbErrors the first errors that InnoDB reported
/// @param otherErrors the first errors of other parts of the server: components and plugins that
///   are not installed here, mostly
record RecoveryLog(
        OptionalLong checkpointLsn,
        OptionalLong scannedLsn,
        List<String> innodbErrors,
        List<String> otherErrors) {
    private static final Pattern CHECKPOINT =
            Pattern.compile("\\[MY-013883\\].*? lsn = (\\d{1,18})");
    private static final Pattern SCANNED =
            Pattern.compile("\\[MY-012550\\].* log sequence number (\\d{1,18})");
    private static final String ERROR = "[ERROR]";
    private static final int ERRORS_KEPT_MAX = 5;
    private static final int ERROR_CHARACTERS_MAX = 400;

    RecoveryLog {
        innodbErrors = List.copyOf(innodbErrors);
        otherErrors = List.copyOf(otherErrors);
    }

    /// Reads the error log of a server that was started once.
    ///
    /// @throws UncheckedIOException if it cannot be read
    static RecoveryLog read(Path errorLog) {
        // Bytes that are no UTF-8 are nothing that is looked for.
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(errorLog), StandardCharsets.ISO_8859_1))) {
            return parse(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static RecoveryLog parse(BufferedReader in) throws IOException {
        OptionalLong checkpoint = OptionalLong.empty();
        OptionalLong scanned = OptionalLong.empty();
        var innodb = new ArrayList<String>();
        var other = new ArrayList<String>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Matcher found = CHECKPOINT.matcher(line);
            if (found.find()) {
                checkpoint = OptionalLong.of(Long.parseLong(found.group(1)));
            }
            found = SCANNED.matcher(line);
            if (found.find()) {
                scanned = OptionalLong.of(Long.parseLong(found.group(1)));
            }
            int error = line.indexOf(ERROR);
            if (error >= 0) {
                List<String> kind = line.contains("[InnoDB]") ? innodb : other;
                if (kind.size() < ERRORS_KEPT_MAX) {
                    String text = line.substring(error + ERROR.length()).strip();
                    kind.add(text.substring(0, Math.min(text.length(), ERROR_CHARACTERS_MAX)));
                }
            }
        }
        return new RecoveryLog(checkpoint, scanned, innodb, other);
    }
}
