/// Physical backups of real servers.
@NullMarked
package io.holdfast.servertests.physical;

import org.jspecify.annotations.NullMarked;
