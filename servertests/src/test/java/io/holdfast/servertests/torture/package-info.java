/// Physical backups of a server on which everything happens at once, cycle after cycle, each drawn
/// from a seed.
@NullMarked
package io.holdfast.servertests.torture;

import org.jspecify.annotations.NullMarked;
