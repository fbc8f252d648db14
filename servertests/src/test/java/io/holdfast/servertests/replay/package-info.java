/// Real servers as replicas of ours.
@NullMarked
package io.holdfast.servertests.replay;

import org.jspecify.annotations.NullMarked;
