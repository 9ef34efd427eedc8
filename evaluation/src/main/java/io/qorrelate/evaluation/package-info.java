/**
 * How good the diagnosis is: cases of known truth, contestants that watch them, scores and reports. Knows the model and the public side
 * of the diagnosis. Reads no clock, and touches files only where cases and reports are written or read.
 */
@NullMarked
package io.qorrelate.evaluation;

import org.jspecify.annotations.NullMarked;
