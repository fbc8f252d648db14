/// Physical backups of real servers, and what becomes of them.
@NullMarked
package io.holdfast.servertests.physical;

import org.jspecify.annotations.NullMarked;
