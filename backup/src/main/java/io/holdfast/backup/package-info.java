/// Taking what a server holds into a repository: logical dumps and the binary-log archive.
@NullMarked
package io.holdfast.backup;

import org.jspecify.annotations.NullMarked;
