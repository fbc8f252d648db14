package io.holdfast.recovery.events;

import static io.holdfast.recovery.events.EventStatus.DISABLED;
import static io.holdfast.recovery.events.EventStatus.ENABLED;
import static io.holdfast.recovery.events.EventStatus.REPLICA_SIDE_DISABLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.binlog.LoggedStatement;
import io.holdfast.binlog.StatementNames;
import org.junit.jupiter.api.Test;

final class EventStatusesTest {
    private final EventStatuses statuses = new EventStatuses(false);

    private void follow(String... texts) {
        for (String text : texts) {
            var names = StatementNames.parse(text, new StatementNames.Reading("u", true, false));
            statuses.follow(new LoggedStatement(names, text, "u"));
        }
    }

    @Test
    void aNewEventIsEnabledUnlessItSaysOtherwise() {
        follow(
                "CREATE DEFINER=\"root\"@\"localhost\" event e1 on schedule every 1 hour do insert into t values(1)",
                "create event e2 on schedule every 1 hour disable do begin end",
                "create event e3 on schedule every 1 hour disable on slave do begin end",
                "create event e4 on schedule every 1 hour comment 'DISABLE' do select 'disable'",
                "create event `e5` on schedule every 1 hour /*!50100 DISABLE ON REPLICA */ do begin end",
                "create event \"disable\" on schedule every 1 hour comment 'it''s \\' disable' do begin end");
        assertThat(statuses.of("u", "e1")).hasValue(ENABLED);
        assertThat(statuses.of("u", "e2")).hasValue(DISABLED);
        assertThat(statuses.of("u", "e3")).hasValue(REPLICA_SIDE_DISABLED);
        assertThat(statuses.of("u", "E4")).hasValue(ENABLED);
        assertThat(statuses.of("u", "e5")).hasValue(REPLICA_SIDE_DISABLED);
        assertThat(statuses.of("u", "disable")).hasValue(ENABLED);
        assertThat(statuses.of("U", "e1")).isEmpty();
    }

    @Test
    void alteringWithoutStatusKeepsIt() {
        statuses.begin("u", "e", DISABLED);
        follow("alter event e comment 'x'", "ALTER EVENT u.e ON SCHEDULE EVERY 2 HOUR");
        assertThat(statuses.of("u", "e")).hasValue(DISABLED);
        follow("alter event e enable do begin end");
        assertThat(statuses.of("u", "e")).hasValue(ENABLED);
    }

    @Test
    void renamingTakesTheStatusAlong() {
        statuses.begin("u", "e", DISABLED);
        follow("alter event e rename to v.`f`");
        assertThat(statuses.of("u", "e")).isEmpty();
        assertThat(statuses.of("v", "f")).hasValue(DISABLED);
        follow("alter event v.f on completion preserve rename to g enable");
        assertThat(statuses.of("u", "g")).hasValue(ENABLED);
    }

    @Test
    void whatIsDroppedIsForgotten() {
        statuses.begin("u", "e", ENABLED);
        statuses.begin("u", "f", ENABLED);
        statuses.begin("v", "e", ENABLED);
        follow("DROP EVENT IF EXISTS\"u\".\"e\"");
        assertThat(statuses.of("u", "e")).isEmpty();
        follow("drop database u");
        assertThat(statuses.of("u", "f")).isEmpty();
        assertThat(statuses.of("v", "e")).hasValue(ENABLED);
    }

    @Test
    void anEventThatExistsIsNotCreatedAgain() {
        statuses.begin("u", "e", DISABLED);
        follow("create event if not exists e on schedule every 1 hour do begin end");
        assertThat(statuses.of("u", "e")).hasValue(DISABLED);
    }
}
