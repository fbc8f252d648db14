/// The repository's on-disk format: root object, envelope, containers of blocks, manifests, archive
/// parts and their indexes, leases, catalogue, verify.
@NullMarked
package io.holdfast.repository;

import org.jspecify.annotations.NullMarked;
