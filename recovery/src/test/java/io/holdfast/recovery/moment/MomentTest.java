package io.holdfast.recovery.moment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.HoldfastException;
import io.holdfast.core.UsageException;
import io.holdfast.recovery.error.RecoveryError;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MomentTest {
    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    @Test
    void everyFormIsRead() {
        assertThat(Moment.parse(" Latest ")).isEqualTo(new Moment.Latest());
        assertThat(Moment.parse("gtid:" + UUID + ":7"))
                .isEqualTo(new Moment.Including(Gtid.parse(UUID + ":7")));
        assertThat(Moment.parse("before:" + UUID + ":blue:7"))
                .isEqualTo(new Moment.Before(Gtid.parse(UUID + ":blue:7")));
        assertThat(Moment.parse("binlog.000043:892140"))
                .isEqualTo(new Moment.At(new BinlogPosition("binlog.000043", 892140)));
        assertThat(Moment.parse("before-statement:'DROP TABLE a.b'"))
                .isEqualTo(new Moment.BeforeStatement("DROP TABLE a.b"));
        assertThat(Moment.parse("before-statement: DROP TABLE a.b"))
                .isEqualTo(new Moment.BeforeStatement("DROP TABLE a.b"));
    }

    @Test
    void aMomentPrintsAsItCanBeReadAgain() {
        for (String text :
                new String[] {
                    "latest",
                    "gtid:" + UUID + ":7",
                    "before:" + UUID + ":blue:7",
                    "binlog.000043:892140",
                    "2025-10-05T14:36:59.250Z",
                    "before-statement:'DROP TABLE a.b'"
                }) {
            assertThat(Moment.parse(text)).hasToString(text);
        }
    }

    @Test
    void aTimeSaysItsZone() {
        Instant meant = Instant.parse("2025-10-05T14:36:59.25Z");
        for (String text :
                new String[] {
                    "2025-10-05T14:36:59.25Z",
                    "2025-10-05 14:36:59.250 Z",
                    "2025-10-05t16:36:59.25+02:00",
                    "2025-10-05 16:36:59.25 +02",
                    "2025-10-05 16:36:59.25 Europe/Berlin",
                    "2025-10-05T16:36:59.25[Europe/Berlin]",
                    "2025-10-05T14:36:59.250 UTC"
                }) {
            assertThat(Moment.parse(text)).as(text).isEqualTo(new Moment.Time(meant));
        }
    }

    @Test
    void aTimeWithoutZoneIsAskedForIt() {
        for (String text :
                new String[] {
                    "2025-10-05T14:36:59.25", "2025-10-05 14:36", "2025-10-05T14:36:59"
                }) {
            assertRefused(text, RecoveryError.MOMENT_WITHOUT_ZONE);
        }
    }

    @Test
    void anHourThatCameTwiceOrNeverIsRefused() {
        assertRefused("2025-10-26 02:30:00 Europe/Berlin", RecoveryError.MOMENT_MALFORMED);
        assertRefused("2025-03-30 02:30:00 Europe/Berlin", RecoveryError.MOMENT_MALFORMED);
        assertThat(Moment.parse("2025-10-26 02:30:00+02:00"))
                .isEqualTo(new Moment.Time(Instant.parse("2025-10-26T00:30:00Z")));
    }

    @Test
    void anythingElseIsRefused() {
        for (String text :
                new String[] {
                    "",
                    "yesterday",
                    "2025-10-05",
                    "2025-13-05T14:36:59Z",
                    "2025-10-05T14:36:59 Narnia",
                    "binlog.43:7",
                    "gtid",
                    "before-statement"
                }) {
            assertRefused(text, RecoveryError.MOMENT_MALFORMED);
        }
        assertThatThrownBy(() -> Moment.parse("gtid:" + UUID + ":1-5"))
                .isInstanceOf(UsageException.class);
    }

    private static void assertRefused(String text, RecoveryError code) {
        assertThatThrownBy(() -> Moment.parse(text))
                .as(text)
                .isInstanceOfSatisfying(
                        UsageException.class, refusal -> assertThat(code(refusal)).isEqualTo(code));
    }

    private static io.holdfast.core.ErrorCode code(HoldfastException refusal) {
        return refusal.problem().code();
    }
}
