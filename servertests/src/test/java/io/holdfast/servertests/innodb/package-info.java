/// What the `innodb` codecs say of files of a real server, against what the server and its
/// `innochecksum` say.
@NullMarked
package io.holdfast.servertests.innodb;

import org.jspecify.annotations.NullMarked;
