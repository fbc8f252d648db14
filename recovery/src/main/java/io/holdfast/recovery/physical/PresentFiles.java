package io.holdfast.recovery.physical;

import io.holdfast.innodb.RedoFileName;
import io.holdfast.innodb.SpaceId;
import io.holdfast.recovery.sandbox.RecoveredFolder;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// What a data directory holds now, its redo log and what is Holdfast's apart.
///
/// @param files in no order
/// @param folders relative paths, those above first
/// @param logBases the first parts of the names of binary logs and relay logs, as the index files
///   beside them tell: `binlog` for `binlog.000001`
record PresentFiles(List<Present> files, List<String> folders, Set<String> logBases) {
    private static final long INDEX_BYTES_MAX = 16 << 20;
    static final String INDEX = ".index";

    /// Nobody but root may look into it.
    private static final String FOUND_BY_FSCK = "lost+found";

    /// A file.
    ///
    /// @param path relative, with `/` between names
    /// @param space the tablespace that it says to be, if it could be one
    /// @param isLink whether it is a symbolic link, or anything else that is not a plain file
    record Present(String path, OptionalLong space, long bytes, boolean isLink) {}

    PresentFiles {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
        logBases = Set.copyOf(logBases);
    }

    static PresentFiles of(Path data) {
        var files = new ArrayList<Present>();
        var folders = new TreeSet<String>();
        var logBases = new HashSet<String>();
        LaidFolder.doing(
                data,
                () ->
                        Files.walkFileTree(
                                data,
                                new SimpleFileVisitor<>() {
                                    @Override
                                    public FileVisitResult preVisitDirectory(
                                            Path folder, BasicFileAttributes attributes) {
                                        String path = data.relativize(folder).toString();
                                        if (path.equals(RedoFileName.FOLDER)
                                                || path.equals(FOUND_BY_FSCK)
                                                || RecoveredFolder.isOwn(path)) {
                                            return FileVisitResult.SKIP_SUBTREE;
                                        }
                                        if (!path.isEmpty()) {
                                            folders.add(path);
                                        }
                                        return FileVisitResult.CONTINUE;
                                    }

                                    @Override
                                    public FileVisitResult visitFile(
                                            Path file, BasicFileAttributes attributes)
                                            throws IOException {
                                        String path = data.relativize(file).toString();
                                        boolean isPlain = attributes.isRegularFile();
                                        files.add(
                                                new Present(
                                                        path,
                                                        isPlain && mayBeTablespace(path)
                                                                ? space(file)
                                                                : OptionalLong.empty(),
                                                        attributes.size(),
                                                        !isPlain));
                                        if (isPlain && path.endsWith(INDEX)) {
                                            logBases.addAll(logBases(path, file));
                                        }
                                        return FileVisitResult.CONTINUE;
                                    }
                                }));
        return new PresentFiles(files, List.copyOf(folders), logBases);
    }

    private static boolean mayBeTablespace(String path) {
        return Leftover.isTablespace(path) || DeltaPlan.isParked(path);
    }

    /// The number in a tablespace's first page; the header has it behind the page's own header.
    /// Source: MySQL 9.7 `storage/innobase/include/fsp0types.h`, `FSP_SPACE_ID`.
    private static OptionalLong space(Path file) throws IOException {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            in.skipNBytes(38);
            long space = Integer.toUnsignedLong(in.readInt());
            // The system tablespace has several files, told apart by their names.
            return space == SpaceId.SYSTEM ? OptionalLong.empty() : OptionalLong.of(space);
        } catch (EOFException _) {
            return OptionalLong.empty();
        }
    }

    /// An index of logs has their paths, a line each.
    private static Set<String> logBases(String path, Path file) throws IOException {
        var bases = new HashSet<String>();
        if (path.contains("/") || Files.size(file) > INDEX_BYTES_MAX) {
            return bases;
        }
        bases.add(path.substring(0, path.length() - INDEX.length()));
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            String name = line.substring(line.lastIndexOf('/') + 1).strip();
            int dot = name.lastIndexOf('.');
            if (dot > 0) {
                bases.add(name.substring(0, dot));
            }
        }
        return bases;
    }

    /// Bytes of all files that a restore replaces or removes.
    long bytes() {
        return files.stream().mapToLong(Present::bytes).sum();
    }
}
