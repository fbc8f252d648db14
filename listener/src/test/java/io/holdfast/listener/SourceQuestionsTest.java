package io.holdfast.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.binlog.ChecksumAlgorithm;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceQuestionsTest {
    private static SourceQuestions questions(boolean hasGtids) {
        return new SourceQuestions(new SourceIdentity(77, new UUID(1, 2), "9.7.4", hasGtids));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT UNIX_TIMESTAMP() | 12345",
                "SELECT @@GLOBAL.SERVER_ID | 77",
                "SELECT @@GLOBAL.GTID_MODE | ON",
                "SELECT @@GLOBAL.SERVER_UUID | 00000000-0000-0001-0000-000000000002",
                "SELECT @source_binlog_checksum | NONE",
            })
    void aReceiverThreadsQuestionsAreAnswered(String question, String answer) {
        assertThat(questions(true).answer(question, 12345))
                .isInstanceOfSatisfying(
                        SourceAnswer.Value.class,
                        value -> assertThat(value.value()).isEqualTo(answer));
    }

    @Test
    void settingsAreTakenAndTheHeartbeatIsRemembered() {
        SourceQuestions questions = questions(true);
        assertThat(questions.answer("SET @source_heartbeat_period = 1500000000", 0))
                .isEqualTo(new SourceAnswer.Done());
        assertThat(questions.heartbeatMillis()).isEqualTo(1500);
        assertThat(questions.answer("SET @replica_uuid = 'x', @slave_uuid = 'x'", 0))
                .isEqualTo(new SourceAnswer.Done());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {"@@global.binlog_checksum, CRC32", "'NONE', NONE"})
    void theChecksumIsWhatTheReplicaAskedFor(String value, ChecksumAlgorithm expected) {
        SourceQuestions questions = questions(true);
        var _ = questions.answer("SET @source_binlog_checksum= " + value, 0);
        assertThat(questions.checksum()).isEqualTo(expected);
        assertThat(questions.answer("SELECT @source_binlog_checksum", 0))
                .isEqualTo(new SourceAnswer.Value("@source_binlog_checksum", expected.name()));
    }

    @Test
    void semiSynchronousReplicationStaysOff() {
        assertThat(questions(true).answer("SELECT @@global.rpl_semi_sync_source_enabled;", 0))
                .isInstanceOfSatisfying(
                        SourceAnswer.Failure.class,
                        failure -> assertThat(failure.number()).isEqualTo(1193));
    }

    @Test
    void aHistoryWithoutGtidsSaysSo() {
        assertThat(questions(false).answer("SELECT @@GLOBAL.GTID_MODE", 0))
                .isEqualTo(new SourceAnswer.Value("@@GLOBAL.GTID_MODE", "OFF"));
    }
}
