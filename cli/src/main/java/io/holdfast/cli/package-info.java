/// The command line: arguments, configuration, wiring, output, exit status. The only place that
/// knows everything.
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
