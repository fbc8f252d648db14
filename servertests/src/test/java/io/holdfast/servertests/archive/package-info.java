/// The archive against real servers: what is exported must be what the server wrote, whatever was
/// killed in between.
@NullMarked
package io.holdfast.servertests.archive;

import org.jspecify.annotations.NullMarked;
