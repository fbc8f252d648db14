/// Real mysqld processes on this machine: find one, initialise, start, stop, kill; the lab that
/// fetches one.
@NullMarked
package io.holdfast.mysqld;

import org.jspecify.annotations.NullMarked;
