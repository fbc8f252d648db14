package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"ca.pem", "private_key.pem", "mysql_upgrade_history"})
    void keysAndTheHistoryOfUpgradesAreTheServers(String name) {
        assertThat(FileNames.isOfTheServer(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "core.4711",
                "component_keyring_file",
                "dump.sql",
                "ibdata1",
                "auto.cnf",
                "mysqld-auto.cnf",
                "binlog.000001",
                "ib_buffer_pool"
            })
    void nothingElseInTheDataDirectoryItselfIsTakenUnasked(String name) {
        assertThat(FileNames.isOfTheServer(name)).isFalse();
        assertThat(FileNames.isOfTable(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#innodb_redo", "#innodb_temp", "#ib_archive", "#meb", "lost+found"})
    void theServersOwnFoldersAreNoSchemas(String name) {
        assertThat(FileNames.mayBeSchema(name)).isFalse();
    }

    @Test
    void rowsWithoutTransactionsAreThoseOfUsers() {
        assertThat(FileNames.hasRowsWithoutTransactions("shop", "t.MYD")).isTrue();
        assertThat(FileNames.hasRowsWithoutTransactions("shop", "t.MYI")).isTrue();
        assertThat(FileNames.hasRowsWithoutTransactions("shop", "t.CSV")).isTrue();
        assertThat(FileNames.hasRowsWithoutTransactions("mysql", "slow_log.CSV")).isFalse();
        assertThat(FileNames.hasRowsWithoutTransactions("mysql", "somebodys.MYD")).isTrue();
        assertThat(FileNames.hasRowsWithoutTransactions("shop", "slow_log.CSV")).isTrue();
    }

    @Test
    void whatTheServerMadeForItselfIsNoTableOfAUser() {
        assertThat(FileNames.isTemporary("#sql-2f5_b.MYD")).isTrue();
        assertThat(FileNames.isTemporary("@0023sql.MYD")).isFalse();
    }
}
