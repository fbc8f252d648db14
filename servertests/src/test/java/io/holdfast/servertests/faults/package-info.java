/// Bad input and bad luck through the real command line: what is said, the exit status, and that
/// nothing is left behind.
@NullMarked
package io.holdfast.servertests.faults;

import org.jspecify.annotations.NullMarked;
