/// The physical backup of a server on another host, through the server's own clone protocol: no
/// access to its files, and no software there.
@NullMarked
package io.holdfast.backup.clone;

import org.jspecify.annotations.NullMarked;
