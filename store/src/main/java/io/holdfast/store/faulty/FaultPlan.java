package io.holdfast.store.faulty;

import java.util.List;
import java.util.Optional;

/// What goes wrong at a store, and when.
public record FaultPlan(List<Fault> faults) {
    public FaultPlan {
        faults = List.copyOf(faults);
    }

    /// Nothing goes wrong; for counting operations.
    public static FaultPlan none() {
        return new FaultPlan(List.of());
    }

    public static FaultPlan of(Fault... faults) {
        return new FaultPlan(List.of(faults));
    }

    Optional<Fault> at(long operation, boolean needsSpace) {
        return faults.stream()
                .filter(fault ->
                        switch (fault) {
                            case Fault.Dead dead -> operation >= dead.operation();
                            case Fault.Full full ->
                                    operation == full.operation()
                                            || (needsSpace && operation > full.operation());
                            case Fault.FailBefore _,
                                    Fault.FailAfter _,
                                    Fault.Truncate _,
                                    Fault.FlipBit _,
                                    Fault.Stall _ ->
                                    operation == fault.operation();
                        })
                .findFirst();
    }
}
