/// Where bytes lie: objects under keys in a directory or in memory, with the promises of an object
/// store and decorators that retry, limit and fail.
@NullMarked
package io.holdfast.store;

import org.jspecify.annotations.NullMarked;
