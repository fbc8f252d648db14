/// Who works on what, until when. `docs/formats/repository.md`, section 8, describes the objects
/// and why they are safe without overwriting.
@NullMarked
package io.holdfast.repository.lease;

import org.jspecify.annotations.NullMarked;
