/// The archive of a server's binary log: the fsynced journal that events reach first, and the
/// immutable parts that are cut from it. The journal's bytes are described in
/// `docs/formats/journal.md`.
@NullMarked
package io.holdfast.backup.archive;

import org.jspecify.annotations.NullMarked;
