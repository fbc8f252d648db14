/// A server under writes and DDL whose whole state follows from its GTID set, so that a backup can
/// be compared with what its own GTID set says it must hold. Used by a test and by
/// `bench/storm.sh`.
@NullMarked
package io.holdfast.servertests.storm;

import org.jspecify.annotations.NullMarked;
