/// The mysqld that a recovery runs on, and the folder it leaves behind.
@NullMarked
package io.holdfast.recovery.sandbox;

import org.jspecify.annotations.NullMarked;
