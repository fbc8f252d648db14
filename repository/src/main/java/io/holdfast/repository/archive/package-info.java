/// The archive of binary logs: histories, parts and their indexes, table definitions, the proof
/// that nothing is missing. `docs/formats/repository.md`, sections 10 to 13.
@NullMarked
package io.holdfast.repository.archive;

import org.jspecify.annotations.NullMarked;
