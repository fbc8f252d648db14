package io.holdfast.backup.physical;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets the server go first where both want the same cores.
///
/// Linux keeps a nice value for each thread, and `setpriority(PRIO_PROCESS, 0, …)` sets the calling
/// one's. Source: Linux `setpriority(2)`, "C library/kernel differences".
final class Niceness {
    private static final int PRIO_PROCESS = 0;

    /// A tenth of what a thread of the usual value gets of a core that both want: the backup still
    /// comes to its end, and with it the lock that holds back DDL.
    private static final int GIVES_WAY = 10;

    private static final @Nullable MethodHandle SET_PRIORITY = find();

    private Niceness() {}

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null; // elsewhere it is the whole process's, which has the redo to follow
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("setpriority");
        return function.map(address ->
                        linker.downcallHandle(
                                address,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT)))
                .orElse(null);
    }

    /// Has the calling platform thread give way from now on. Where that cannot be had it goes on as
    /// it was, which costs the server something, but no backup its life.
    static void giveWay() {
        if (SET_PRIORITY == null) {
            return;
        }
        try {
            int _ = (int) SET_PRIORITY.invokeExact(PRIO_PROCESS, 0, GIVES_WAY);
        } catch (Throwable impossible) {
            throw new AssertionError("a C function throws nothing", impossible);
        }
    }
}
