package io.holdfast.repository.logical;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a line of the schema stream creates. The constants stand in the order in which they are
/// created, which is the order of lines; rows are loaded after the last [#TABLE] and before the
/// first [#FUNCTION].
public enum ObjectKind {
    FACTS,
    COMPONENT,
    PLUGIN,
    LOADABLE_FUNCTION,
    SPATIAL_REFERENCE_SYSTEM,
    RESOURCE_GROUP,
    TABLESPACE,
    SERVER,
    ACCOUNT,
    DATABASE,
    LIBRARY,
    TABLE,
    FUNCTION,
    PROCEDURE,
    VIEW,
    TRIGGER,
    HISTOGRAM,
    EVENT,
    GRANTS,
    DEFAULT_ROLES,
    READ_ONLY;

    /// The kind as the format writes it: lower case, words joined by a dash.
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
