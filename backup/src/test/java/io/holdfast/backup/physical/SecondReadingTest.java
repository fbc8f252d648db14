package io.holdfast.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Progress;
import io.holdfast.innodb.PageSize;
import io.holdfast.innodb.PageVerifier;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Repository;
import io.holdfast.store.MemoryStore;
import io.holdfast.testkit.OrdinaryPages;
import io.holdfast.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: a page that is caught in the middle of a write is read again and is right then, and one
/// that stays wrong ends the backup by its name. Method: the file changes between two readings, at
/// a moment that the test chooses.
@Seeded
final class SecondReadingTest {
    private static final int PAGE_BYTES = OrdinaryPages.PAGE_BYTES;
    private static final int SPACE = 5;
    private static final int TORN = 1;

    /// Source: MySQL 9.7 `storage/innobase/include/fil0types.h`, `FIL_PAGE_ENCRYPTED`.
    private static final byte ENCRYPTED = 15;

    @TempDir private Path folder;
    private byte[] whole = new byte[0];
    private byte[] torn = new byte[0];
    private Path path = Path.of("");

    @BeforeEach
    void makePages(RandomGenerator random) {
        path = folder.resolve("t.ibd");
        whole = OrdinaryPages.pages(SPACE, 3, random);
        // As if the first half of the page were written, and the second were what was there before.
        torn = whole.clone();
        byte[] before = OrdinaryPages.pages(SPACE, 3, random);
        int middle = TORN * PAGE_BYTES + PAGE_BYTES / 2;
        System.arraycopy(before, middle, torn, middle, PAGE_BYTES / 2);
    }

    private void write(byte[] bytes) {
        try {
            Files.write(path, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private TablespaceFile file(boolean mayBeEncrypted) {
        return new TablespaceFile(
                path,
                "d/t.ibd",
                null,
                SPACE,
                0,
                PageSize.plain(PAGE_BYTES),
                mayBeEncrypted,
                1,
                1,
                0,
                null,
                whole.length);
    }

    /// Copies the file.
    ///
    /// @param reread told before a page is read again
    private PageCopy.Read copy(LongAdder reread) throws IOException {
        try (BackupWriter backup =
                        Repository.create(new MemoryStore())
                                .beginBackup(new UUID(1, 2), "made by a test");
                FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                var verifier = new PageVerifier(PageSize.plain(PAGE_BYTES), false)) {
            var tools =
                    new PageCopy.Tools(
                            backup,
                            new RateLimit(0),
                            () -> {},
                            Progress.NONE.begin("", Progress.Unit.BYTES, 1),
                            reread);
            return new PageCopy(
                            tools,
                            file(false),
                            channel,
                            verifier,
                            PageRange.segment(0, true),
                            null,
                            null)
                    .run();
        }
    }

    @Test
    void aPageCaughtInAWriteIsReadAgain() throws Exception {
        write(torn);
        var reread =
                new LongAdder() {
                    @Override
                    public void increment() {
                        write(whole);
                        super.increment();
                    }
                };
        PageCopy.Read read = copy(reread);
        assertThat(read.pages().pageCount()).isEqualTo(3);
        assertThat(read.content().bytes()).isEqualTo(whole.length);
        assertThat(reread.sum()).isOne();
    }

    @Test
    void whatIsReadAgainStandsInThePlaceOfWhatWasRead() throws Exception {
        write(whole);
        byte[] piece = torn.clone();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                var verifier = new PageVerifier(PageSize.plain(PAGE_BYTES), false)) {
            var look = new SecondLook(file(false), channel, verifier);
            assertThat(look.until(TORN, piece, TORN * PAGE_BYTES)).isEmpty();
        }
        assertThat(piece).isEqualTo(whole);
    }

    @Test
    void aPageThatStaysTornIsNamed() {
        write(torn);
        assertThatThrownBy(() -> copy(new LongAdder()))
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        damage -> {
                            assertThat(damage.problem().code()).isEqualTo(BackupError.PAGE_CORRUPT);
                            assertThat(damage.problem().where())
                                    .contains(path.toString(), "page " + TORN);
                        });
    }

    /// Nothing vouches for an encrypted page but a second reading that is the same.
    @Test
    void anEncryptedPageThatChangedMeanwhileIsTakenAsItIsAtLast() throws Exception {
        byte[] before = encrypted(torn);
        byte[] now = encrypted(whole);
        write(now);
        byte[] piece = before.clone();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                var verifier = new PageVerifier(PageSize.plain(PAGE_BYTES), true)) {
            var blind = new BlindPages(file(true), channel, verifier);
            assertThat(blind.settle(piece, 3, 0)).isOne();
            assertThat(piece).isEqualTo(now);
            assertThat(blind.settle(piece, 3, 0)).isZero();
            // One that is not encrypted has a checksum, and is left to it.
            byte[] plain = Arrays.copyOf(torn, PAGE_BYTES);
            assertThat(blind.settle(plain, 1, 0)).isZero();
            assertThat(plain).isEqualTo(Arrays.copyOf(torn, PAGE_BYTES));
        }
    }

    private static byte[] encrypted(byte[] pages) {
        byte[] encrypted = pages.clone();
        for (int at = 0; at < encrypted.length; at += PAGE_BYTES) {
            encrypted[at + 24] = 0;
            encrypted[at + 25] = ENCRYPTED;
        }
        return encrypted;
    }
}
