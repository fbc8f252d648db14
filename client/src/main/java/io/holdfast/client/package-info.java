/// Connecting to a MySQL server: sockets, TLS, sessions, queries, prepared statements, binary-log
/// streams; option files; what a server says of itself.
@NullMarked
package io.holdfast.client;

import org.jspecify.annotations.NullMarked;
