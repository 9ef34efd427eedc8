/**
 * The command {@code qorrelate}: it starts, classifies, drills and examines.
 * All wiring of a process happens here, in one visible place for each.
 * Knows everything; nothing knows it.
 */
@NullMarked
package io.qorrelate.app;

import org.jspecify.annotations.NullMarked;
