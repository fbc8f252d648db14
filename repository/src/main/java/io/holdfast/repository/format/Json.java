package io.holdfast.repository.format;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.core.BinlogPosition;
import io.holdfast.core.Gtid;
import io.holdfast.core.GtidSet;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// How documents are written as JSON: members without value left out, unknown ones ignored, GTID
/// sets and positions as MySQL prints them, times in ISO-8601.
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .addModule(coreTypes())
                    .build();

    private Json() {}

    /// The one mapper of all documents. Thread-safe.
    public static JsonMapper mapper() {
        return MAPPER;
    }

    private static SimpleModule coreTypes() {
        var module = new SimpleModule("holdfast-core");
        text(module, GtidSet.class, GtidSet::parse);
        text(module, Gtid.class, Gtid::parse);
        text(module, BinlogPosition.class, BinlogPosition::parse);
        return module;
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
        module.addSerializer(
                type,
                new ValueSerializer<T>() {
                    @Override
                    public void serialize(
                            T value, JsonGenerator out, SerializationContext context) {
                        out.writeString(value.toString());
                    }
                });
        module.addDeserializer(
                type,
                new ValueDeserializer<T>() {
                    @Override
                    public T deserialize(JsonParser in, DeserializationContext context) {
                        return parse.apply(in.getString());
                    }
                });
    }
}
