package io.holdfast.backup.clone;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.innodb.PageHeader;
import io.holdfast.innodb.PageVerdict;
import io.holdfast.wire.clone.ClonePhase;
import java.util.HashMap;
import java.util.Map;

/// Pages that came damaged. One that came torn with its file counts as damaged only if no whole one
/// follows: the server was writing it, so it is among those that changed. Confined to one thread.
final class Suspects {
    /// So many torn pages are no chance.
    private static final int COUNT_MAX = 100_000;

    private final Map<Place, String> open = new HashMap<>();
    private long count;

    private record Place(ClonedFile file, long page) {}

    /// Looks at a page that came.
    ///
    /// @return whether it is whole
    /// @throws CorruptDataException with `PAGE_CORRUPT` if it is not and none can follow
    boolean isWhole(
            ClonedFile file,
            long page,
            PageVerdict verdict,
            byte[] bytes,
            int offset,
            ClonePhase phase) {
        var place = new Place(file, page);
        String problem = problemOf(verdict, bytes, offset, place);
        if (problem.isEmpty()) {
            if (!open.isEmpty()) {
                open.remove(place);
            }
            return true;
        }
        count++;
        if (phase != ClonePhase.FILES || open.size() == COUNT_MAX) {
            throw corrupt(place, problem);
        }
        open.put(place, problem);
        return false;
    }

    /// Why a page is not good, in words; empty if it is. Also good pages may lie at the wrong
    /// place; but the system tablespace may have several files, and of servers older than 8.0.20
    /// copies of other pages.
    private static String problemOf(PageVerdict verdict, byte[] bytes, int offset, Place place) {
        if (verdict.isSuspect()) {
            return verdict.describe();
        }
        boolean isNumbered = verdict instanceof PageVerdict.Whole && place.file().space() != 0;
        long says = PageHeader.pageNumber(bytes, offset);
        return isNumbered && says != place.page() && PageHeader.lsn(bytes, offset) != 0
                ? "page says it is page " + says + " of its tablespace"
                : "";
    }

    /// All pages have come.
    ///
    /// @throws CorruptDataException with `PAGE_CORRUPT` if one that came damaged did not come again
    void demandNone() {
        open.forEach((place, problem) -> {
            throw corrupt(place, problem);
        });
    }

    /// Pages that came torn, and whole later.
    long count() {
        return count;
    }

    private static CorruptDataException corrupt(Place place, String problem) {
        return new CorruptDataException(
                Problem.of(BackupError.PAGE_CORRUPT)
                        .what("%s; the server sent it so", problem)
                        .where(
                                "%s page %d (offset %d)",
                                place.file().path(),
                                place.page(),
                                place.page() * place.file().pageBytes())
                        .remedy(
                                "Run `innochecksum` on a copy of the file; restore this table from an"
                                        + " earlier backup, or drop it."));
    }
}
