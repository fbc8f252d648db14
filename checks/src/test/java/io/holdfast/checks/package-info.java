/// Is the tree itself in order? The walls between the modules, tidiness, the documents.
@NullMarked
package io.holdfast.checks;

import org.jspecify.annotations.NullMarked;
