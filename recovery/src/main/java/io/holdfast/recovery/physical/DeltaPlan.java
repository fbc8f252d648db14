package io.holdfast.recovery.physical;

import io.holdfast.recovery.physical.PresentFiles.Present;
import io.holdfast.repository.physical.PhysicalFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What is done with the files of a data directory before a backup's pages are laid over them.
/// Pure.
///
/// A table that was renamed since the backup is found by the number of its tablespace, so that its
/// pages need not be written again. That is a matter of speed only: whatever a file holds, each of
/// its pages is compared.
///
/// @param moves tablespaces whose name in the backup is another one; all are parked under names of
///   their own first, as two may have exchanged theirs
/// @param removed files
/// @param aside files
/// @param kept files that the backup does not have and that are left alone
/// @param emptied folders that the backup does not have, those inside others first; removed if
///   nothing is left in them
/// @param blocked files of the backup whose places are taken by something that is no plain file
record DeltaPlan(
        List<Move> moves,
        List<String> removed,
        List<String> aside,
        List<String> kept,
        List<String> emptied,
        List<String> blocked) {
    private static final String PARKED = "#holdfast_";

    DeltaPlan {
        moves = List.copyOf(moves);
        removed = List.copyOf(removed);
        aside = List.copyOf(aside);
        kept = List.copyOf(kept);
        emptied = List.copyOf(emptied);
        blocked = List.copyOf(blocked);
    }

    /// A file that gets another name.
    ///
    /// @param space of the tablespace
    record Move(String from, String to, long space) {
        /// Its name on the way.
        String parked() {
            return PARKED + space;
        }
    }

    /// Whether a file was on its way when an earlier run broke off.
    static boolean isParked(String path) {
        return path.startsWith(PARKED);
    }

    static DeltaPlan of(Collection<PhysicalFile> backup, PresentFiles present) {
        Map<String, Present> byPath =
                present.files().stream().collect(Collectors.toMap(Present::path, file -> file));
        List<Move> moves = moves(backup, present, byPath);
        Set<String> moved = moves.stream().map(Move::from).collect(Collectors.toSet());
        Set<String> wanted = new HashSet<>();
        Set<String> folders = new HashSet<>();
        backup.forEach(file -> {
            if (file instanceof PhysicalFile.Folder(String path)) {
                folders.add(path);
            } else if (!file.path().equals(PageLaying.PERSISTED)
                    && !file.path().equals(PageLaying.IDENTITY)) {
                wanted.add(file.path());
            }
            for (int slash = file.path().indexOf('/');
                    slash > 0;
                    slash = file.path().indexOf('/', slash + 1)) {
                folders.add(file.path().substring(0, slash));
            }
        });
        Set<String> entries =
                present.files().stream()
                        .map(Present::path)
                        .filter(Leftover::isDictionaryEntry)
                        .map(Leftover::table)
                        .collect(Collectors.toSet());
        var removed = new ArrayList<String>();
        var aside = new ArrayList<String>();
        var kept = new ArrayList<String>();
        var blocked = new ArrayList<String>();
        for (Present file : present.files()) {
            String path = file.path();
            if (moved.contains(path)) {
                continue;
            }
            if (wanted.contains(path)) {
                if (file.isLink()) {
                    blocked.add(path);
                }
                continue;
            }
            boolean hasEntry = entries.contains(Leftover.table(path));
            Leftover fate =
                    isParked(path)
                            ? Leftover.REMOVE
                            : Leftover.of(path, present.logBases(), hasEntry);
            switch (fate) {
                case REMOVE -> removed.add(path);
                case SET_ASIDE -> aside.add(path);
                case KEEP -> kept.add(path);
            }
        }
        present.folders().stream().filter(wanted::contains).forEach(blocked::add);
        byPath.keySet().stream().filter(folders::contains).forEach(blocked::add);
        List<String> emptied =
                present.folders().reversed().stream()
                        .filter(folder -> !folders.contains(folder))
                        .filter(Leftover::mayGoEmpty)
                        .toList();
        return new DeltaPlan(moves, removed, aside, kept, emptied, blocked);
    }

    private static List<Move> moves(
            Collection<PhysicalFile> backup, PresentFiles present, Map<String, Present> byPath) {
        Map<Long, String> bySpace = new HashMap<>();
        for (Present file : present.files()) {
            file.space().ifPresent(space -> bySpace.putIfAbsent(space, file.path()));
        }
        var moves = new ArrayList<Move>();
        for (PhysicalFile file : backup) {
            if (file instanceof PhysicalFile.Tablespace tablespace) {
                String from = bySpace.get(tablespace.space());
                Present there = byPath.get(tablespace.path());
                boolean isThere =
                        there != null
                                && there.space().isPresent()
                                && there.space().getAsLong() == tablespace.space();
                if (from != null && !from.equals(tablespace.path()) && !isThere) {
                    moves.add(new Move(from, tablespace.path(), tablespace.space()));
                }
            }
        }
        return moves;
    }
}
