/// Logical backups: one consistent snapshot of a server, its schema as statements and its rows as
/// the server sent them. The format is `docs/formats/logical.md`.
@NullMarked
package io.holdfast.backup.logical;

import org.jspecify.annotations.NullMarked;
