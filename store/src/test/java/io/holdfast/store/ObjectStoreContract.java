package io.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.TaskScope;
import io.holdfast.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] promises. If a store passes this and still breaks a backup, this class
/// is missing a test.
@Seeded
abstract class ObjectStoreContract {
    private static final ObjectKey KEY = ObjectKey.of("packs/ab/one.pack");

    /// The same store at every call within one test, empty at the first.
    abstract ObjectStore store();

    @Test
    void whatWasPutIsRead(RandomGenerator random) {
        byte[] bytes = bytes(random, random.nextInt(1 << 18));
        assertThat(store().put(KEY, bytes)).isEqualTo(PutResult.CREATED);
        assertThat(readAll(KEY)).isEqualTo(bytes);
        assertThat(store().bytes(KEY)).hasValue(bytes.length);
    }

    @Test
    void anObjectMayBeEmpty() {
        assertThat(store().put(KEY, new byte[0])).isEqualTo(PutResult.CREATED);
        assertThat(readAll(KEY)).isEmpty();
        assertThat(store().bytes(KEY)).hasValue(0);
    }

    @Test
    void anObjectWrittenInPiecesOfAnySizeIsTheirSum(RandomGenerator random) {
        byte[] bytes = bytes(random, 400_000);
        try (ObjectWriter writer = store().create(KEY)) {
            int at = 0;
            while (at < bytes.length) {
                int count =
                        Math.min(
                                bytes.length - at,
                                random.nextBoolean()
                                        ? random.nextInt(100)
                                        : random.nextInt(200_000));
                writer.write(bytes, at, count);
                at += count;
            }
            assertThat(writer.commit()).isEqualTo(PutResult.CREATED);
        }
        assertThat(readAll(KEY)).isEqualTo(bytes);
    }

    @Test
    void everyRangeIsReadExactly(RandomGenerator random) {
        byte[] bytes = bytes(random, 40);
        store().put(KEY, bytes);
        for (int begin = 0; begin <= bytes.length; begin++) {
            for (int end = begin; end <= bytes.length; end++) {
                assertThat(store().readRange(KEY, new ByteRange(begin, end)))
                        .isEqualTo(Arrays.copyOfRange(bytes, begin, end));
            }
        }
    }

    @Test
    void aRangeThatEndsBehindTheObjectIsReported() {
        store().put(KEY, new byte[10]);
        assertThatThrownBy(() -> store().readRange(KEY, new ByteRange(5, 11)))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("OBJECT_TRUNCATED")
                .hasMessageContaining(KEY.text());
    }

    @Test
    void theFirstPutWinsAndTheObjectNeverChanges() {
        store().put(KEY, new byte[] {1});
        assertThat(store().put(KEY, new byte[] {2, 2})).isEqualTo(PutResult.EXISTS);
        assertThat(readAll(KEY)).containsExactly(1);
    }

    @Test
    void ofManyWritersOfOneKeyExactlyOneWins() {
        int writers = 8;
        var created = new AtomicInteger();
        var ready = new CountDownLatch(writers);
        try (var scope = new TaskScope("writer", writers)) {
            for (int i = 0; i < writers; i++) {
                byte[] bytes = new byte[1000 + i];
                scope.fork(() -> {
                    try (ObjectWriter writer = store().create(KEY)) {
                        writer.write(bytes, 0, bytes.length);
                        ready.countDown();
                        ready.await();
                        if (writer.commit() == PutResult.CREATED) {
                            created.addAndGet(bytes.length);
                        }
                    }
                    return null;
                });
            }
            scope.join();
        }
        assertThat(created).hasValue(readAll(KEY).length);
    }

    @Test
    void nothingIsSeenBeforeCommit() {
        try (ObjectWriter writer = store().create(KEY)) {
            writer.write(new byte[100_000], 0, 100_000);
            assertNothingIsThere();
            writer.commit();
        }
        assertThat(store().list("")).hasSize(1);
    }

    @Test
    void aWriterClosedWithoutCommitLeavesNothing() {
        try (ObjectWriter writer = store().create(KEY)) {
            writer.write(new byte[100_000], 0, 100_000);
        }
        assertNothingIsThere();
        assertThat(store().put(KEY, new byte[] {1})).isEqualTo(PutResult.CREATED);
    }

    private void assertNothingIsThere() {
        assertThat(store().list("")).isEmpty();
        assertThat(store().bytes(KEY)).isEmpty();
        assertThatThrownBy(() -> store().open(KEY).close())
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("OBJECT_MISSING");
    }

    @Test
    void anEndedWriterIsABugToUse() {
        ObjectWriter writer = store().create(KEY);
        writer.commit();
        writer.close();
        assertThatThrownBy(() -> writer.write(new byte[1], 0, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void listsExactlyThePrefixInAscendingOrder(RandomGenerator random) {
        var keys = new ArrayList<String>();
        String letters = "ab-._0";
        while (keys.size() < 60) {
            var text = new StringBuilder("k");
            for (int segment = 0; segment <= random.nextInt(3); segment++) {
                text.append(segment == 0 ? "" : "/k");
                for (int i = 0; i < random.nextInt(4); i++) {
                    text.append(letters.charAt(random.nextInt(letters.length())));
                }
            }
            String key = text.toString();
            // A store in folders cannot hold both a and a/b; the format never asks for it.
            if (keys.stream()
                    .noneMatch(k ->
                            k.equals(key) || k.startsWith(key + "/") || key.startsWith(k + "/"))) {
                keys.add(key);
                store().put(ObjectKey.of(key), new byte[keys.size()]);
            } else if (random.nextInt(50) == 0) {
                break;
            }
        }
        for (String prefix :
                List.of("", "k", "ka", "ka/", "ka/k", "kb-", "k0/k", "nothing", "nothing/at")) {
            assertThat(store().list(prefix).stream().map(object -> object.key().text()))
                    .as("prefix '%s'", prefix)
                    .containsExactlyElementsOf(
                            keys.stream().filter(key -> key.startsWith(prefix)).sorted().toList());
        }
        assertThat(store().list("").stream().mapToLong(StoredObject::bytes).sum())
                .isEqualTo(keys.size() * (keys.size() + 1L) / 2);
    }

    @Test
    void whatWasDeletedIsGoneAndItsKeyIsFree() {
        store().put(KEY, new byte[] {1});
        assertThat(store().delete(KEY)).isTrue();
        assertThat(store().delete(KEY)).isFalse();
        assertNothingIsThere();
        assertThat(store().put(KEY, new byte[] {2})).isEqualTo(PutResult.CREATED);
        assertThat(readAll(KEY)).containsExactly(2);
    }

    @Test
    void anInputReadsOnToTheEndThoughTheListChanges() {
        store().put(KEY, new byte[200_000]);
        try (ObjectInput in = store().open(KEY)) {
            byte[] buffer = new byte[200_000];
            in.need(buffer, 0, 1000);
            store().put(ObjectKey.of("packs/ab/two.pack"), new byte[1]);
            in.need(buffer, 1000, 199_000);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private byte[] readAll(ObjectKey key) {
        int byteCount = (int) store().bytes(key).orElseThrow();
        byte[] bytes = new byte[byteCount + 1];
        try (ObjectInput in = store().open(key)) {
            assertThat(in.fill(bytes, 0, bytes.length)).isEqualTo(byteCount);
        }
        return Arrays.copyOf(bytes, byteCount);
    }

    private static byte[] bytes(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
