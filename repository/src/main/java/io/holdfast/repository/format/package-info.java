/// The bytes of every object: envelope, blocks, table and trailer, documents, stream references.
/// `docs/formats/repository.md`, sections 2, 3 and 5, describes them; this package follows it.
@NullMarked
package io.holdfast.repository.format;

import org.jspecify.annotations.NullMarked;
