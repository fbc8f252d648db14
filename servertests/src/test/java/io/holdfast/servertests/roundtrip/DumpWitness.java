package io.holdfast.servertests.roundtrip;

import io.holdfast.servertests.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a server holds, told by `mysqldump`: a program that shares nothing with us or with
/// Connector/J, and the one that people compare us with.
///
/// Its text is cut into sections at its own headings ("Table structure for table …", "Dumping data
/// for table …", "Dumping events for database …"), so that a failure names what differs. What may
/// differ between equal servers:
///
/// - the order of rows in a table without a primary key: the rows of a section are sorted;
/// - the next value of `AUTO_INCREMENT`, which may be higher, for it also counts what was rolled
///   back: it is left out;
/// - views over what does not exist, which no server lets be created: their headings are left out;
/// - the rows of MEMORY tables, of which a backup keeps the schema only, and says so.
final class DumpWitness {
    private static final String HEADING = "-- ";
    private static final String ORDER = "-- ORDER BY:";
    private static final String MEMORY_ROW = "INSERT INTO `e_memory` ";
    private static final String BROKEN_VIEW = "`broken";

    private static final String DATABASE = "-- Current Database: ";

    private DumpWitness() {}

    /// Every section's lines, by database and heading.
    ///
    /// @param schemas to dump
    static Map<String, List<String>> testimony(TestServer server, List<String> schemas)
            throws InterruptedException {
        var command = new ArrayList<>(TestServer.home().toolCommand("mysqldump"));
        command.addAll(
                List.of(
                        "--no-defaults",
                        "--socket=" + server.socket(),
                        "--user=root",
                        "--default-character-set=utf8mb4",
                        "--skip-dump-date",
                        "--no-tablespaces",
                        "--routines",
                        "--events",
                        "--triggers",
                        "--set-gtid-purged=OFF",
                        "--column-statistics=0",
                        "--single-transaction",
                        "--order-by-primary",
                        "--skip-extended-insert",
                        "--complete-insert",
                        "--hex-blob",
                        // Goes on behind a view that cannot be dumped, and says so in the text.
                        "--force",
                        "--databases"));
        command.addAll(schemas);
        try {
            Path out = Files.createTempFile(server.folder(), "dump", ".sql");
            Path error = Files.createTempFile(server.folder(), "dump", ".err");
            int _ =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(error.toFile())
                            .start()
                            .waitFor();
            Map<String, List<String>> sections = sections(out);
            sections.put("said", sorted(Files.readAllLines(error, StandardCharsets.UTF_8)));
            return sections;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Map<String, List<String>> sections(Path dump) throws IOException {
        Map<String, List<String>> sections = new TreeMap<>();
        String database = "";
        List<String> lines = new ArrayList<>();
        sections.put("the beginning", lines);
        // Any bytes may stand in a dump: they are compared, not understood.
        try (BufferedReader reader = Files.newBufferedReader(dump, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(DATABASE)) {
                    database = line.substring(DATABASE.length());
                }
                if (line.startsWith(HEADING) && !line.startsWith(ORDER)) {
                    lines = sections.computeIfAbsent(database + " " + line, _ -> new ArrayList<>());
                } else if (!line.isBlank()
                        && !line.startsWith("--")
                        && !line.startsWith(MEMORY_ROW)) {
                    lines.add(line.replaceAll(" AUTO_INCREMENT=\\d+", ""));
                }
            }
        }
        sections.keySet().removeIf(name -> name.contains(BROKEN_VIEW));
        sections.replaceAll((name, found) -> name.contains("Dumping data") ? sorted(found) : found);
        return sections;
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }
}
