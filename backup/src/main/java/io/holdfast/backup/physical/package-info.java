/// Physical backups: a running server's pages and redo, copied so that a server's own crash
/// recovery makes them consistent. `docs/formats/physical.md` describes what is stored.
@NullMarked
package io.holdfast.backup.physical;

import org.jspecify.annotations.NullMarked;
