package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupportedServerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.0.30",
                "8.0.30-0ubuntu0.22.04.1",
                "8.0.36-28",
                "8.1.0",
                "8.4.3-log",
                "9.7.4-2",
                "26.1.0",
                "26.1"
            })
    void mySqlFromTheOldestOnPasses(String greeted) {
        assertThatCode(() -> SupportedServer.demand(greeted, "server db3"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "5.5.5-10.11.6-MariaDB-0+deb12u1, SERVER_IS_MARIADB",
        "11.4.2-MariaDB,                  SERVER_IS_MARIADB",
        "12.0.1-mariadb-log,              SERVER_IS_MARIADB",
        "5.7.44-log,                      SERVER_TOO_OLD",
        "8.0.29,                          SERVER_TOO_OLD",
        "8.0,                             SERVER_TOO_OLD",
        "a proxy,                         SERVER_TOO_OLD",
    })
    void everythingElseIsRefusedByName(String greeted, String code) {
        assertThatThrownBy(() -> SupportedServer.demand(greeted, "server db3"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("error[" + code + "]")
                .hasMessageContaining(greeted)
                .hasMessageContaining("where: server db3");
    }
}
