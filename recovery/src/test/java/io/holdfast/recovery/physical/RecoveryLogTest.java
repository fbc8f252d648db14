package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

final class RecoveryLogTest {
    private static final String STARTED =
            """
            2026-11-22T20:30:54.100000Z 1 [System] [MY-013576] [InnoDB] InnoDB initialization has started.
            2026-11-22T20:30:54.100001Z 1 [Note] [MY-013883] [InnoDB] The latest found checkpoint is at lsn = 19486580 in redo log file ./#innodb_redo/#ib_redo6.
            2026-11-22T20:30:54.100002Z 1 [Note] [MY-012560] [InnoDB] The log sequence number 19049690 in the system tablespace does not match the log sequence number 19486580 in the redo log files!
            2026-11-22T20:30:54.100003Z 1 [Note] [MY-012550] [InnoDB] Doing recovery: scanned up to log sequence number 19487000
            2026-11-22T20:30:54.100004Z 1 [Note] [MY-012550] [InnoDB] Doing recovery: scanned up to log sequence number 19499999
            2026-11-22T20:30:54.100005Z 1 [Note] [MY-012535] [InnoDB] Apply batch completed!
            """;

    private static RecoveryLog parse(String text) throws IOException {
        return RecoveryLog.parse(new BufferedReader(new StringReader(text)));
    }

    @Test
    void theCheckpointAndTheLastPlaceOfTheScanCount() throws IOException {
        RecoveryLog log = parse(STARTED);
        assertThat(log.checkpointLsn()).hasValue(19_486_580);
        assertThat(log.scannedLsn()).hasValue(19_499_999);
        assertThat(log.innodbErrors()).isEmpty();
        assertThat(log.otherErrors()).isEmpty();
    }

    @Test
    void errorsAreToldApartByWhoseTheyAre() throws IOException {
        RecoveryLog log =
                parse(
                        STARTED
                                + """
                                2026-11-22T20:30:55Z 0 [ERROR] [MY-013183] [InnoDB] Assertion failure: log0recv.cc:1972
                                2026-11-22T20:30:55Z 0 [ERROR] [MY-013129] [Server] A message intended for a client cannot be sent
                                """);
        assertThat(log.innodbErrors())
                .containsExactly("[MY-013183] [InnoDB] Assertion failure: log0recv.cc:1972");
        assertThat(log.otherErrors()).hasSize(1);
    }

    @Test
    void aLogThatSaysNothingSaysNothing() throws IOException {
        RecoveryLog log = parse("");
        assertThat(log.checkpointLsn()).isEmpty();
        assertThat(log.scannedLsn()).isEmpty();
    }
}
