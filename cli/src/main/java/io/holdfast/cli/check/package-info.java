/// `holdfast check`: whether a server can be protected. [ServerProbe] looks, [Judge] decides, and
/// nothing is changed.
@NullMarked
package io.holdfast.cli.check;

import org.jspecify.annotations.NullMarked;
