package io.holdfast.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.archive.Resume.Cause;
import io.holdfast.backup.archive.Resume.Decision;
import io.holdfast.backup.archive.Resume.HeadProof;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.GtidSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ResumeTest {
    private static final UUID SERVER = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);
    private static final JournalLine LINE = new JournalLine("h1", SERVER, "", "NEW");

    private static GtidSet gtids(UUID server, String intervals) {
        return GtidSet.parse(server + ":" + intervals);
    }

    private static ServerView server(UUID uuid, GtidSet executed, int first, long... bytes) {
        var logs =
                java.util.stream.IntStream.range(0, bytes.length)
                        .mapToObj(i ->
                                new ServerView.LogFile(
                                        io.holdfast.core.Text.format("binlog.%06d", first + i),
                                        bytes[i]))
                        .toList();
        return new ServerView(uuid, "9.7.4", logs, !executed.isEmpty(), executed, 0);
    }

    private static ArchiveEnd end(String position, GtidSet gtids) {
        return new ArchiveEnd(LINE, BinlogPosition.parse(position), gtids, null, null);
    }

    private static HeadProof same(String file) {
        return HeadProof.SAME;
    }

    private static Cause cause(Decision decision) {
        return ((Decision.Begin) decision).cause();
    }

    private static String file(Decision decision) {
        return ((Decision.Begin) decision).file();
    }

    @Test
    void theSameLogGoesOnWhereItEnded() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 7, 900, 500);
        assertThat(
                        Resume.decide(
                                server,
                                end("binlog.000007:900", gtids(SERVER, "1-10")),
                                ResumeTest::same,
                                false))
                .isEqualTo(new Decision.Continue(new BinlogPosition("binlog.000007", 900)));
    }

    @Test
    void purgedLogsAreAGapAndTheOldestFileBeginsAnew() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 9, 900, 500);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", gtids(SERVER, "1-10")),
                        ResumeTest::same,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.GAP);
        assertThat(file(decision)).isEqualTo("binlog.000009");
    }

    @Test
    void aResetIsSeenByTheBeginningOfTheFile() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 1, 900, 90_000);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000002:900", gtids(SERVER, "1-10")),
                        _ -> HeadProof.DIFFERENT,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.RESET);
        assertThat(file(decision)).isEqualTo("binlog.000001");
    }

    @Test
    void aResetIsSeenByTheMissingFile() {
        ServerView server = server(SERVER, GtidSet.EMPTY, 1, 158);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", GtidSet.EMPTY),
                        _ -> HeadProof.DIFFERENT,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.RESET);
    }

    @Test
    void aResetIsToldFromARollbackByTheBeginningWhereTheLastEventDiffersToo() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 7, 90_000);
        ArchiveEnd end = end("binlog.000007:900", gtids(SERVER, "1-10"));
        assertThat(cause(Resume.decide(server, end, _ -> HeadProof.DIFFERENT, true)))
                .isEqualTo(Cause.RESET);
        assertThat(cause(Resume.decide(server, end, _ -> HeadProof.SAME, true)))
                .isEqualTo(Cause.ROLLBACK);
    }

    @Test
    void anUnknownBeginningIsNoProofOfAReset() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 7, 90_000);
        ArchiveEnd end = end("binlog.000007:900", gtids(SERVER, "1-10"));
        assertThat(Resume.decide(server, end, _ -> HeadProof.UNKNOWN, false))
                .isInstanceOf(Decision.Continue.class);
        assertThat(cause(Resume.decide(server, end, _ -> HeadProof.UNKNOWN, true)))
                .isEqualTo(Cause.ROLLBACK);
    }

    @Test
    void aMachineThatWentBackAndMadeTheNewestFilesAnewIsToldFromAReset() {
        ServerView server = server(SERVER, gtids(SERVER, "1-8"), 4, 900, 500, 300);
        java.util.function.Function<String, HeadProof> heads =
                file ->
                        new BinlogPosition(file, 0).fileNumber() <= 5
                                ? HeadProof.SAME
                                : HeadProof.DIFFERENT;
        for (String archived : List.of("binlog.000006:200", "binlog.000009:200")) {
            Decision decision =
                    Resume.decide(server, end(archived, gtids(SERVER, "1-10")), heads, false);
            assertThat(cause(decision)).isEqualTo(Cause.ROLLBACK);
            assertThat(file(decision)).isEqualTo("binlog.000005");
        }
    }

    @Test
    void aResetToAHigherNumberIsNoGap() {
        ServerView server = server(SERVER, gtids(SERVER, "1-3"), 1000, 900);
        ArchiveEnd end = end("binlog.000007:900", gtids(SERVER, "1-10"));
        assertThat(cause(Resume.decide(server, end, _ -> HeadProof.UNKNOWN, false)))
                .isEqualTo(Cause.RESET);
    }

    @Test
    void aBeginningOfAnotherFileThatIsUnknownMeansAReset() {
        ServerView server = server(SERVER, gtids(SERVER, "1-5"), 4, 900, 500);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", gtids(SERVER, "1-10")),
                        _ -> HeadProof.UNKNOWN,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.RESET);
    }

    @Test
    void whatIsGivenUpIsAGapThatEndsWithTheNextFile() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 6, 900, 500, 300);
        ArchiveEnd end = end("binlog.000007:200", gtids(SERVER, "1-10"));
        Decision decision = Resume.giveUp(server, end);
        assertThat(cause(decision)).isEqualTo(Cause.GAP);
        assertThat(file(decision)).isEqualTo("binlog.000008");
    }

    @Test
    void nothingIsGivenUpWhileThereIsNoNextFile() {
        ServerView server = server(SERVER, gtids(SERVER, "1-20"), 6, 900, 500);
        assertThat(Resume.giveUp(server, end("binlog.000007:200", gtids(SERVER, "1-10"))))
                .isEqualTo(new Decision.Continue(new BinlogPosition("binlog.000007", 200)));
    }

    @Test
    void aMachineThatWentBackIsSeenByAFileThatIsNotThereYet() {
        ServerView server = server(SERVER, gtids(SERVER, "1-5"), 4, 900, 500);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", gtids(SERVER, "1-10")),
                        ResumeTest::same,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.ROLLBACK);
        assertThat(file(decision)).isEqualTo("binlog.000005");
    }

    @Test
    void aShorterFileMeansLostTransactions() {
        ServerView server = server(SERVER, gtids(SERVER, "1-10"), 7, 899, 158);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", gtids(SERVER, "1-10")),
                        ResumeTest::same,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.LOST_TRANSACTIONS);
        assertThat(file(decision)).isEqualTo("binlog.000007");
    }

    @Test
    void anotherLastEventMeansThatTheMachineWentBack() {
        ServerView server = server(SERVER, gtids(SERVER, "1-10"), 7, 900);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", gtids(SERVER, "1-10")),
                        ResumeTest::same,
                        true);
        assertThat(cause(decision)).isEqualTo(Cause.ROLLBACK);
    }

    @Test
    void aMissingGtidMeansLostTransactionsThoughTheBytesFit() {
        ServerView server = server(SERVER, gtids(SERVER, "1-9"), 7, 5000);
        Decision decision =
                Resume.decide(
                        server,
                        end("binlog.000007:900", gtids(SERVER, "1-10")),
                        ResumeTest::same,
                        false);
        assertThat(cause(decision)).isEqualTo(Cause.LOST_TRANSACTIONS);
        assertThat(((Decision.Begin) decision).detail()).contains(SERVER + ":10");
    }

    @Test
    void afterAFailoverTheNewestFileWithoutAnythingUnknownBeforeItBegins() {
        GtidSet archived = gtids(SERVER, "1-10");
        ServerView server =
                server(OTHER, archived.union(gtids(OTHER, "1-3")), 1, 900, 900, 900, 900);
        Map<String, GtidSet> previous =
                Map.of(
                        "binlog.000001", GtidSet.EMPTY,
                        "binlog.000002", gtids(SERVER, "1-6"),
                        "binlog.000003", gtids(SERVER, "1-10"),
                        "binlog.000004", archived.union(gtids(OTHER, "1-2")));
        Decision decision =
                Resume.decideFailover(
                        server,
                        end("x.000009:4", archived),
                        f -> previous.getOrDefault(f, GtidSet.EMPTY));
        assertThat(cause(decision)).isEqualTo(Cause.FAILOVER);
        assertThat(file(decision)).isEqualTo("binlog.000003");
    }

    @Test
    void afterAFailoverToAServerThatLacksTransactionsTheyAreNamed() {
        ServerView server = server(OTHER, gtids(SERVER, "1-8"), 1, 900);
        Decision.Begin decision =
                Resume.decideFailover(
                        server, end("x.000009:4", gtids(SERVER, "1-10")), _ -> GtidSet.EMPTY);
        assertThat(decision.cause()).isEqualTo(Cause.LOST_TRANSACTIONS);
        assertThat(decision.detail()).contains(SERVER + ":9-10");
    }

    @Test
    void afterAFailoverToAServerThatHasPurgedTheRestThereIsAGap() {
        ServerView server = server(OTHER, gtids(SERVER, "1-20"), 5, 900);
        Decision.Begin decision =
                Resume.decideFailover(
                        server,
                        end("x.000009:4", gtids(SERVER, "1-10")),
                        _ -> gtids(SERVER, "1-15"));
        assertThat(decision.cause()).isEqualTo(Cause.GAP);
        assertThat(decision.detail()).contains(SERVER + ":11-15");
    }

    @Test
    void bytesBehindCountTheRestOfAllFiles() {
        ServerView server = server(SERVER, GtidSet.EMPTY, 7, 900, 500, 300);
        assertThat(server.bytesBehind(BinlogPosition.parse("binlog.000008:100"))).isEqualTo(700);
        assertThat(server.bytesBehind(BinlogPosition.parse("binlog.000009:300"))).isZero();
        assertThat(List.of(server.oldest().number(), server.newest().number()))
                .containsExactly(7L, 9L);
    }
}
