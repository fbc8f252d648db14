package io.holdfast.mysqld;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Debian mirror that this machine uses, found in its own apt sources, in either of their two
/// formats.
///
/// Source: apt 2.6 manual page `sources.list(5)`, sections "One-line-style format" and
/// "deb822-style format".
///
/// @param uri as apt takes it, any of its transports
/// @param keyring the file that holds the archive's keys, or empty to leave the choice to apt
record AptMirror(String uri, String keyring) {
    /// Asked when the machine names none: Debian's own.
    static final AptMirror DEBIAN = new AptMirror("http://deb.debian.org/debian", "");

    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    /// The suites of Debian's main archive; security and third-party archives have others, and no
    /// `sid`.
    private static final Pattern SUITE =
            Pattern.compile(
                    "(sid|unstable|testing|stable|oldstable|oldoldstable|bullseye|bookworm|trixie|forky|duke)"
                            + "(-updates|-backports|-proposed-updates)?");

    private static final Pattern ONE_LINE =
            Pattern.compile("^\\s*deb\\s+(?:\\[([^\\]]*)]\\s+)?(\\S+)\\s+(\\S+)(?:\\s+(.*))?$");

    private static final Pattern SIGNED_BY = Pattern.compile("signed-by=(\\S+)");

    /// Reads the sources of this machine.
    static AptMirror ofThisMachine() {
        var texts = new LinkedHashMap<Path, String>();
        for (Path file : sourceFiles(Path.of("/etc/apt"))) {
            try {
                texts.put(file, Files.readString(file));
            } catch (IOException _) {
                // A source that we may not read cannot name our mirror; the next one may.
            }
        }
        AptMirror found = choose(texts);
        return Files.exists(KEYRING) ? new AptMirror(found.uri, KEYRING.toString()) : found;
    }

    private static List<Path> sourceFiles(Path folder) {
        var files = new ArrayList<Path>();
        files.add(folder.resolve("sources.list"));
        try (var parts = Files.list(folder.resolve("sources.list.d"))) {
            parts.sorted().forEach(files::add);
        } catch (IOException _) {
            // No such folder: only the one file.
        }
        files.removeIf(file -> !Files.isReadable(file));
        return files;
    }

    /// The first source that is a Debian main archive, else [#DEBIAN].
    static AptMirror choose(Map<Path, String> texts) {
        for (var text : texts.entrySet()) {
            String name = text.getKey().toString();
            var found =
                    name.endsWith(".sources")
                            ? ofStanzas(text.getValue())
                            : name.endsWith(".list")
                                    ? ofLines(text.getValue())
                                    : List.<AptMirror>of();
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        return DEBIAN;
    }

    private static List<AptMirror> ofLines(String text) {
        var found = new ArrayList<AptMirror>();
        for (String line : text.lines().toList()) {
            Matcher parts = ONE_LINE.matcher(line.replaceFirst("#.*", ""));
            if (parts.matches() && isDebian(parts.group(2), parts.group(3), parts.group(4))) {
                Matcher signed = SIGNED_BY.matcher(parts.group(1) == null ? "" : parts.group(1));
                found.add(
                        new AptMirror(
                                parts.group(2), signed.find() ? keyring(signed.group(1)) : ""));
            }
        }
        return found;
    }

    private static List<AptMirror> ofStanzas(String text) {
        var found = new ArrayList<AptMirror>();
        // Comment lines do not end a stanza, so they go before it is cut at blank lines.
        String bare = text.replaceAll("(?m)^#.*\\R?", "");
        for (String stanza : bare.split("\\R[ \\t]*\\R", -1)) {
            Map<String, String> fields = fields(stanza);
            boolean binaries =
                    List.of(fields.getOrDefault("types", "").split("\\s+", -1)).contains("deb");
            boolean enabled = !fields.getOrDefault("enabled", "yes").strip().equals("no");
            for (String uri : fields.getOrDefault("uris", "").strip().split("\\s+", -1)) {
                for (String suite : fields.getOrDefault("suites", "").strip().split("\\s+", -1)) {
                    if (binaries
                            && enabled
                            && isDebian(uri, suite, fields.getOrDefault("components", ""))) {
                        found.add(
                                new AptMirror(uri, keyring(fields.getOrDefault("signed-by", ""))));
                    }
                }
            }
        }
        return found;
    }

    private static Map<String, String> fields(String stanza) {
        var fields = new LinkedHashMap<String, String>();
        String last = "";
        for (String line : stanza.lines().toList()) {
            int colon = line.indexOf(':');
            if (line.startsWith(" ") || line.startsWith("\t")) {
                fields.merge(last, line, (before, more) -> before + "\n" + more);
            } else if (colon > 0) {
                last = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                fields.put(last, line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static boolean isDebian(String uri, String suite, String components) {
        return !uri.isEmpty()
                && !uri.contains("debian-security")
                && !uri.startsWith("cdrom:")
                && SUITE.matcher(suite).matches()
                && components != null
                && List.of(components.strip().split("\\s+", -1)).contains("main");
    }

    /// Keys may also stand in the source itself, or be named by fingerprint; those are left to apt.
    private static String keyring(String signedBy) {
        String value = signedBy.strip();
        return value.startsWith("/") && !value.contains("\n") ? value : "";
    }

    /// The one line that is given to apt, for another suite of the same archive.
    String sourceLine(String suite) {
        String options = keyring.isEmpty() ? "" : "[signed-by=" + keyring + "] ";
        return "deb " + options + uri + " " + suite + " main\n";
    }
}
