/// Reads what a server holds besides rows: one class per kind of object, each of which turns the
/// server's own words into lines of the logical format.
@NullMarked
package io.holdfast.backup.logical.schema;

import org.jspecify.annotations.NullMarked;
