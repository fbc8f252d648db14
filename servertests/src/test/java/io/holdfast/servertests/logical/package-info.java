/// Logical backups of real servers.
@NullMarked
package io.holdfast.servertests.logical;

import org.jspecify.annotations.NullMarked;
