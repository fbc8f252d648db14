/// `holdfast.yaml`: the repository and the servers by name, read with all its errors at once.
@NullMarked
package io.holdfast.cli.config;

import org.jspecify.annotations.NullMarked;
