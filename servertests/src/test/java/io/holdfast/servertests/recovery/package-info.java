/// Recoveries from real logs into real servers.
@NullMarked
package io.holdfast.servertests.recovery;

import org.jspecify.annotations.NullMarked;
