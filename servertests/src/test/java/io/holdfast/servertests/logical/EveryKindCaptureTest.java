package io.holdfast.servertests.logical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.logical.LogicalBackupOptions;
import io.holdfast.client.Session;
import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.RowHash;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.TableContent;
import io.holdfast.repository.logical.TableLine;
import io.holdfast.servertests.TestServer;
import io.holdfast.servertests.fixture.EveryKind;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Seeded
class EveryKindCaptureTest {
    /// Everything that the fixture makes is in the backup, in an order of kinds that can be
    /// created, and the hash of every table is what reading the table again says.
    @Test
    void everyKindOfObjectAndEveryRowIsInTheBackup(RandomGenerator random) {
        try (var server = TestServer.start("--event-scheduler=OFF");
                Session root = BackedUp.root(server)) {
            EveryKind.install(sql -> failure(root, sql), random);
            root.execute("ANALYZE TABLE programs.measured UPDATE HISTOGRAM ON v WITH 4 BUCKETS");
            BackedUp backup =
                    BackedUp.of(
                            BackedUp.as(server, "root", ""),
                            LogicalBackupOptions.defaults().withChunkBytes(64 << 10));

            List<ObjectKind> kinds = backup.objects().stream().map(SchemaLine::kind).toList();
            assertThat(kinds).isSorted();
            assertThat(kinds)
                    .contains(
                            Arrays.stream(ObjectKind.values())
                                    .filter(kind -> kind != ObjectKind.RESOURCE_GROUP)
                                    .toArray(ObjectKind[]::new));
            List<String> differing = new ArrayList<>();
            prepare(root);
            for (SchemaLine line : backup.objects(ObjectKind.TABLE)) {
                compare(root, backup, line, differing);
            }
            assertThat(differing).isEmpty();
            assertThat(backup.report().notes()).isNotEmpty();
        }
    }

    private static void prepare(Session session) {
        for (String setting :
                List.of(
                        "sql_mode = ''",
                        "time_zone = '+00:00'",
                        "character_set_results = NULL",
                        "show_gipk_in_create_table_and_information_schema = ON")) {
            session.execute("SET " + setting);
        }
    }

    private static void compare(
            Session session, BackedUp backup, SchemaLine line, List<String> differing) {
        TableContent content = line.table();
        if (content == null || content.rows() != TableContent.Rows.KEPT || line.schema() == null) {
            return;
        }
        var hash = new RowHash();
        session.stream(
                content.select(new TableName(line.schema(), line.name()), null),
                (bytes, offset, byteCount, endsRow) -> {
                    hash.piece(bytes, offset, byteCount);
                    if (endsRow) {
                        hash.endRow();
                    }
                });
        boolean isFound =
                backup.chunks().stream()
                        .anyMatch(chunk ->
                                chunk instanceof TableLine.TableEnd end
                                        && end.table() == content.number()
                                        && end.rows() == hash.rows()
                                        && end.hash().equals(hash.text()));
        if (!isFound) {
            differing.add(line.title());
        }
    }

    private static @Nullable String failure(Session session, String sql) {
        try {
            session.execute(sql);
            return null;
        } catch (SqlErrorException error) {
            return error.serverMessage();
        }
    }
}
