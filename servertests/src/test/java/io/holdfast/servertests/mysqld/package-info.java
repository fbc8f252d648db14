/// Do real mysqld processes start, answer, and end when they must?
@NullMarked
package io.holdfast.servertests.mysqld;

import org.jspecify.annotations.NullMarked;
