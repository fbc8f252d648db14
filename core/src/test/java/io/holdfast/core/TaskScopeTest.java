package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskScopeTest {
    @Test
    void joinWaitsForEveryTask() {
        var done = new AtomicInteger();
        try (var scope = new TaskScope("test", 4)) {
            for (int i = 0; i < 100; i++) {
                scope.fork(done::incrementAndGet);
            }
            scope.join();
        }
        assertThat(done).hasValue(100);
    }

    @Test
    void theFirstFailureInterruptsTheRestAndIsTheOneReported() {
        var never = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var interrupted = new AtomicInteger();
        var failure =
                new RefusedException(Problem.of(CoreError.BYTES_IMPOSSIBLE).what("no").remedy(""));
        try (var scope = new TaskScope("test", 4)) {
            scope.fork(() -> {
                begun.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                    throw e;
                }
                return null;
            });
            scope.fork(() -> {
                begun.await();
                throw failure;
            });
            assertThatThrownBy(scope::join).isSameAs(failure);
        }
        assertThat(interrupted).hasValue(1);
    }
}
