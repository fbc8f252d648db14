/// Physical backups laid down again: pages by their maps, the redo log of captured blocks, and the
/// proof that a server's own crash recovery made one moment of both.
@NullMarked
package io.holdfast.recovery.physical;

import org.jspecify.annotations.NullMarked;
