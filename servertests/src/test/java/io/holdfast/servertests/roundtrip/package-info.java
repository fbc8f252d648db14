/// What goes into a backup comes out of it: the database of every kind, taken from one server,
/// loaded into another, and compared by a client that is not ours.
@NullMarked
package io.holdfast.servertests.roundtrip;

import org.jspecify.annotations.NullMarked;
