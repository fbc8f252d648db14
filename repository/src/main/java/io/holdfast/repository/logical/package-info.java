/// The records of the logical backup format: schema objects, tables and chunks, row hashes.
/// `docs/formats/logical.md` describes every member; the code follows it.
@NullMarked
package io.holdfast.repository.logical;

import org.jspecify.annotations.NullMarked;
