/// Tests that run against real MySQL servers from the lab.
@NullMarked
package io.holdfast.servertests;

import org.jspecify.annotations.NullMarked;
