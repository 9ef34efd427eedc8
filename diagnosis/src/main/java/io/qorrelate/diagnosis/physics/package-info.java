/**
 * What the published physics of quantum key distribution predicts: gains, error rates, key rates, losses, detectors and key
 * stores. Pure static functions and small records on plain numbers, each with its units,
 * its edges and its source; what is outside a declared range is refused, and what is inside never gives NaN. It may know nothing
 * but arithmetic: no telemetry, no baselines, no time, no opinion on what a deviation means.
 */
@NullMarked
package io.qorrelate.diagnosis.physics;

import org.jspecify.annotations.NullMarked;
