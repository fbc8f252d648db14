package io.holdfast.recovery.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.RefusedException;
import io.holdfast.core.TableName;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.format.StreamRef;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goal: of a backup, one table's files are laid down and what every server needs, and no other
/// table's.
final class TableFilesTest {
    private static final long UNDO = 0xFFFF_FFEFL;
    private static final long DICTIONARY = 0xFFFF_FFFEL;
    private static final int ENCRYPTED_FLAG = 1 << 13;

    private static final List<PhysicalFile> NEEDED =
            List.of(
                    new PhysicalFile.Folder("mysql"),
                    new PhysicalFile.Folder("shop"),
                    new PhysicalFile.Other("ca.pem", StreamRef.EMPTY),
                    new PhysicalFile.Other("mysql/general_log.CSV", StreamRef.EMPTY),
                    space("ibdata1", 0, null),
                    space("mysql.ibd", DICTIONARY, null),
                    space("undo_001", UNDO, null),
                    space("shop/orders#p#p0.ibd", 7, null),
                    space("shop/orders#p#p1.ibd", 8, null));
    private static final List<PhysicalFile> OTHERS =
            List.of(
                    new PhysicalFile.Other("shop/old.MYD", StreamRef.EMPTY),
                    new PhysicalFile.Other("shop/old_12.sdi", StreamRef.EMPTY),
                    space("shop/orders2.ibd", 9, null),
                    space("shop/away.ibd", 10, "/elsewhere/shop/away.ibd"),
                    space("box/orders.ibd", 11, null),
                    new PhysicalFile.Tablespace(
                            "box/sealed.ibd", null, 12, ENCRYPTED_FLAG, 16_384, 16_384, List.of()),
                    space("general.ibd", 13, null));

    private static PhysicalFile space(String path, long space, @Nullable String outside) {
        return new PhysicalFile.Tablespace(path, outside, space, 0, 16_384, 16_384, List.of());
    }

    private static BackupReader backup() {
        try (var backups = new Backups()) {
            NEEDED.forEach(backups::add);
            OTHERS.forEach(backups::add);
            return backups.ofFiles();
        }
    }

    @Test
    void aTableNeedsItsOwnFilesAndTheServers() {
        TableFiles files = TableFiles.exportable(backup(), new TableName("shop", "orders"));
        assertThat(files.paths()).containsExactly("shop/orders#p#p0.ibd", "shop/orders#p#p1.ibd");
        assertThat(files.bytes()).isEqualTo(2 * 16_384);
        assertThat(NEEDED).allMatch(files::isNeeded);
        assertThat(OTHERS).noneMatch(files::isNeeded);
    }

    @Test
    void whatNoServerCouldImportCanStillBeRead() {
        for (TableName table :
                List.of(new TableName("shop", "away"), new TableName("box", "sealed"))) {
            assertThatThrownBy(() -> TableFiles.exportable(backup(), table))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(table.toString());
            assertThat(TableFiles.readable(backup(), table).paths()).hasSize(1);
        }
        assertThatThrownBy(() -> TableFiles.readable(backup(), new TableName("shop", "general")))
                .isInstanceOf(RefusedException.class);
    }
}
