package io.holdfast.checks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who may see whom, as the table in `ARCHITECTURE.md` says: the document is the rule.
///
/// @param maySee per module, all that it may see, itself included; who may see a module may see
///   what that module's own signatures speak of
record Layers(Map<String, Set<String>> maySee) {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\|[^|]*\\| `(\\w+)` \\|[^|]*\\|([^|]*)\\|\\s*$");

    static Layers read(String architecture) {
        Map<String, List<String>> said = new LinkedHashMap<>();
        Matcher row = ROW.matcher(architecture);
        while (row.find()) {
            String sight = row.group(2).strip();
            List<String> seen = new ArrayList<>();
            if (sight.equals("all")) {
                seen.addAll(said.keySet());
            } else if (!sight.equals("the JDK")) {
                for (String name : sight.split(",", -1)) {
                    seen.add(name.strip());
                }
            }
            said.put(row.group(1), seen);
        }
        Map<String, Set<String>> closed = new LinkedHashMap<>();
        for (String module : said.keySet()) {
            Set<String> all = new LinkedHashSet<>();
            collect(module, said, all);
            closed.put(module, all);
        }
        return new Layers(closed);
    }

    private static void collect(String module, Map<String, List<String>> said, Set<String> all) {
        if (all.add(module)) {
            said.getOrDefault(module, List.of()).forEach(seen -> collect(seen, said, all));
        }
    }

    Set<String> modules() {
        return maySee.keySet();
    }

    /// The modules that this one must not know of.
    List<String> hiddenFrom(String module) {
        return modules().stream()
                .filter(other -> !maySee.getOrDefault(module, Set.of()).contains(other))
                .toList();
    }
}
