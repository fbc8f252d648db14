/// What a recovery will do, decided before anything is touched. Pure.
@NullMarked
package io.holdfast.recovery.plan;

import org.jspecify.annotations.NullMarked;
