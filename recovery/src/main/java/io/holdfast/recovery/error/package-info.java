/// The failures of bringing a server back, below every package that names them.
@NullMarked
package io.holdfast.recovery.error;

import org.jspecify.annotations.NullMarked;
