package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Goal: a virtual thread that waits for a channel comes back for the same reasons as from
/// [Selector#select(long)], and starts no poller.
final class SelectionTest {
    private static final long FOR_EVER = 0;

    private Pipe pipe;
    private Selector selector;

    @BeforeEach
    void open() throws IOException {
        pipe = Pipe.open();
        selector = Selector.open();
        pipe.source().configureBlocking(false);
        pipe.source().register(selector, SelectionKey.OP_READ);
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        pipe.source().close();
        pipe.sink().close();
    }

    @Test
    void whatIsReadyIsCounted() throws Exception {
        CompletableFuture<Integer> waiting = await(FOR_EVER);
        pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("MasterPoller");
    }

    @Test
    void afterTheTimeNothingIs() throws Exception {
        assertThat(await(1).get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void anInterruptedThreadComesBackAndStillIs() throws Exception {
        var isInterrupted = new CompletableFuture<Boolean>();
        Thread waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Selection.await(selector, FOR_EVER);
                                isInterrupted.complete(Thread.currentThread().isInterrupted());
                            } catch (IOException failure) {
                                isInterrupted.completeExceptionally(failure);
                            }
                        });
        waiting.interrupt();
        assertThat(isInterrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClosedSelectorIsSaid() throws Exception {
        selector.close();
        assertThatThrownBy(() -> await(FOR_EVER).get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ClosedSelectorException.class);
    }

    private CompletableFuture<Integer> await(long millisMax) {
        var result = new CompletableFuture<Integer>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(Selection.await(selector, millisMax));
                    } catch (IOException | RuntimeException failure) {
                        result.completeExceptionally(failure);
                    }
                });
        return result;
    }
}
