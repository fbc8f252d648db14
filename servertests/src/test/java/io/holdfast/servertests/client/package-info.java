/// The client against real servers: logging in, TLS, statements, large values, the binary log.
@NullMarked
package io.holdfast.servertests.client;

import org.jspecify.annotations.NullMarked;
