package io.holdfast.cli.config;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A value of a YAML file that remembers its line, which a bound object would not.
sealed interface YamlValue {
    /// Where it begins, 1-based.
    int line();

    /// A string, number, boolean or null, as it is written.
    record Scalar(int line, String text) implements YamlValue {}

    /// A mapping, in the order of the file.
    record Mapping(int line, Map<String, YamlValue> entries) implements YamlValue {}

    /// A sequence; the configuration has none, so what is in it does not matter.
    record Sequence(int line) implements YamlValue {}

    /// Reads a whole document; an empty one is an empty mapping.
    ///
    /// @throws tools.jackson.core.JacksonException if it is no YAML
    static YamlValue read(InputStream in) {
        try (JsonParser parser = YAMLMapper.builder().build().createParser(in)) {
            JsonToken first = parser.nextToken();
            return first == null ? new Mapping(1, Map.of()) : read(parser, first);
        }
    }

    private static YamlValue read(JsonParser parser, @Nullable JsonToken token) {
        int line = parser.currentTokenLocation().getLineNr();
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlValue> entries = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                entries.put(name, read(parser, parser.nextToken()));
            }
            return new Mapping(line, entries);
        }
        if (token == JsonToken.START_ARRAY) {
            parser.skipChildren();
            return new Sequence(line);
        }
        return new Scalar(line, token == JsonToken.VALUE_NULL ? "" : parser.getString());
    }
}
