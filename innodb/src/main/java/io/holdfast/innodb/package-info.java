/// InnoDB's files as pure codecs: pages and their checksums, tablespace headers, redo files and
/// blocks, page tracking. Opens nothing.
@NullMarked
package io.holdfast.innodb;

import org.jspecify.annotations.NullMarked;
