/// The records of the physical backup format: files, page maps, redo. `docs/formats/physical.md`
/// describes every member; the code follows it.
@NullMarked
package io.holdfast.repository.physical;

import org.jspecify.annotations.NullMarked;
