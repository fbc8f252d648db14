import io.holdfast.client.ConnectOptions;
import io.holdfast.client.Secret;
import io.holdfast.client.ServerAddress;
import io.holdfast.client.Session;
import io.holdfast.core.HoldfastException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Writes small transactions at a fixed rate, and goes on when the server was away. From 32
/// connections: with fewer each would wait longer for the disk than the rate allows. Arguments:
/// socket, password, transactions per second, seconds. Prints how many were committed.
final class ArchiveLoad {
    private static final int WRITERS = 32;
    private static final AtomicLong committed = new AtomicLong();

    public static void main(String[] arguments) throws InterruptedException {
        var options =
                ConnectOptions.of(
                        new ServerAddress.UnixSocket(Path.of(arguments[0])),
                        "root",
                        Secret.of(arguments[1]));
        double rate = Double.parseDouble(arguments[2]);
        long seconds = Long.parseLong(arguments[3]);
        try (Session session = Session.open(options)) {
            session.execute("CREATE DATABASE IF NOT EXISTS bench");
            for (int i = 0; i < WRITERS; i++) {
                session.execute(
                        "CREATE TABLE IF NOT EXISTS bench.t"
                                + i
                                + " (id BIGINT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(200))");
            }
        }
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        var done = new CountDownLatch(WRITERS);
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        write(options, writer, begin, end, rate / WRITERS);
                        done.countDown();
                    });
        }
        done.await();
        double took = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%d transactions in %.1f s, %.0f per second%n",
                committed.get(), took, committed.get() / took);
    }

    private static void write(
            ConnectOptions options, int writer, long begin, long end, double rate) {
        long written = 0;
        while (System.nanoTime() < end) {
            try (Session session = Session.open(options)) {
                while (System.nanoTime() < end) {
                    // Up to two statements a row, as applications do; some 300 bytes of log each.
                    session.execute(
                            "INSERT INTO bench.t"
                                    + writer
                                    + " (a, b) VALUES ("
                                    + written
                                    + ", REPEAT('x', 150))");
                    written++;
                    committed.incrementAndGet();
                    long due = begin + (long) (written / rate * 1e9);
                    long now = System.nanoTime();
                    if (due > now) {
                        LockSupport.parkNanos(due - now);
                    } else if (now - due > 1_000_000_000L) {
                        written = (long) ((now - begin) / 1e9 * rate); // was away: no catching up
                    }
                }
            } catch (HoldfastException _) {
                LockSupport.parkNanos(200_000_000L);
            }
        }
    }
}
