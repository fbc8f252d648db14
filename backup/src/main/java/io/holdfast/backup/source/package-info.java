/// What every kind of backup asks of the server that it is taken from: who it is, how it is set up,
/// whom it follows, and the lock that keeps DDL out.
@NullMarked
package io.holdfast.backup.source;

import org.jspecify.annotations.NullMarked;
