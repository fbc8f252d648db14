package io.holdfast.cli.shell;

import tools.jackson.databind.json.JsonMapper;

/// Writes values as JSON on one line: records and maps as objects, times as ISO 8601.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
