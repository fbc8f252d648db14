/// What every part of Holdfast speaks of: problems and how they end, bounded reading of bytes, GTID
/// sets, binary-log positions, table names. Sees nothing but the JDK.
@NullMarked
package io.holdfast.core;

import org.jspecify.annotations.NullMarked;
