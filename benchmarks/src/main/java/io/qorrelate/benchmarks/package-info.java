/** How fast the diagnosis is, what it allocates, and how large its states are. Knows the diagnosis, and the evaluation's links as its source of telemetry. */
@NullMarked
package io.qorrelate.benchmarks;

import org.jspecify.annotations.NullMarked;
