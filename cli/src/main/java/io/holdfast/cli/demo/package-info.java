/// `holdfast demo`: the whole story on a real server of its own. [Demo] is the story's table of
/// contents.
@NullMarked
package io.holdfast.cli.demo;

import org.jspecify.annotations.NullMarked;
