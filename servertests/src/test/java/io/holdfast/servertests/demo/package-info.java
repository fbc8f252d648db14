/// The demo's judge, judged.
@NullMarked
package io.holdfast.servertests.demo;

import org.jspecify.annotations.NullMarked;
