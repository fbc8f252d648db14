package io.holdfast.recovery.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The settings of the archived server that shape its data: with others the same statements would
/// make other tables, or the same rows other indexes. They are the only ones a restored server
/// takes over; sizes, paths and names are its new owner's to choose.
///
/// @param atInitialising options that can be given only when the data directory is made
/// @param always options for every start
public record ShapeSettings(List<String> atInitialising, List<String> always) {
    /// Given when the data directory is made, and at every start after it.
    private static final List<String> INITIAL =
            List.of("lower_case_table_names", "innodb_page_size");

    private static final List<String> SHAPING =
            List.of(
                    "character_set_server",
                    "collation_server",
                    "default_collation_for_utf8mb4",
                    "default_table_encryption",
                    "explicit_defaults_for_timestamp",
                    "ft_max_word_len",
                    "ft_min_word_len",
                    "ft_query_expansion_limit",
                    "innodb_default_row_format",
                    "innodb_ft_enable_stopword",
                    "innodb_ft_max_token_size",
                    "innodb_ft_min_token_size",
                    "innodb_ft_sort_pll_degree",
                    "innodb_strict_mode",
                    "ngram_token_size",
                    "partial_revokes",
                    "restrict_fk_on_non_standard_key",
                    "sql_mode",
                    "windowing_use_high_precision");

    private static final String DATA_FILE_PATH = "innodb_data_file_path";

    public ShapeSettings {
        atInitialising = List.copyOf(atInitialising);
        always = List.copyOf(always);
    }

    /// Picks the shaping ones out of a backup's settings.
    ///
    /// @param settings variables that were not default, by name
    public static ShapeSettings of(Map<String, String> settings) {
        var byName = new TreeMap<String, String>();
        settings.forEach((name, value) -> byName.put(name.toLowerCase(Locale.ROOT), value));
        var initial = new ArrayList<String>();
        INITIAL.forEach(name -> add(byName, name, "", initial));
        var always = new ArrayList<>(initial);
        // A variable that this mysqld no longer has must not keep it from starting.
        SHAPING.forEach(name -> add(byName, name, "loose-", always));
        return new ShapeSettings(initial, always);
    }

    /// As [#of(Map)] for a server that takes over the original's files: also what says where its
    /// system tablespace lies and how large each of its files is. A server that was a member of a
    /// group has the plugin for it in its dictionary; it joins none by itself.
    public static ShapeSettings ofFiles(Map<String, String> settings) {
        ShapeSettings shape = of(settings);
        var always = new ArrayList<>(shape.always());
        var byName = new TreeMap<>(settings);
        byName.computeIfPresent(DATA_FILE_PATH, (_, files) -> names(files));
        add(byName, DATA_FILE_PATH, "", always);
        always.add("--loose-group-replication-start-on-boot=OFF");
        return new ShapeSettings(shape.atInitialising(), always);
    }

    /// The system tablespace's files without the folders in which the original had them: they lie
    /// in the data directory now. Source: MySQL 9.7 manual, `innodb_data_file_path`.
    private static String names(String files) {
        return Arrays.stream(files.split(";", -1))
                .map(file -> file.replaceFirst("^[^:]*/", ""))
                .collect(Collectors.joining(";"));
    }

    private static void add(
            Map<String, String> byName, String name, String prefix, List<String> options) {
        String value = byName.get(name);
        if (value != null) {
            options.add("--" + prefix + name.replace('_', '-') + "=" + value);
        }
    }
}
