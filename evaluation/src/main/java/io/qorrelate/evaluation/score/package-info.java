/**
 * What findings are worth, beside what really happened: confusion, delays against the bound, false findings, calibration.
 * Knows cases and the model, and nothing of who said what.
 */
@NullMarked
package io.qorrelate.evaluation.score;

import org.jspecify.annotations.NullMarked;
