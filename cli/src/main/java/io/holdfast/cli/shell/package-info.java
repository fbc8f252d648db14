/// What every verb speaks with: results, progress, problems and the failures of arguments.
@NullMarked
package io.holdfast.cli.shell;

import org.jspecify.annotations.NullMarked;
