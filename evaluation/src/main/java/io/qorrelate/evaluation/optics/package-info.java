/**
 * What theory says of a quantum channel: gains, error ratios and key rates of the protocols, as published.
 * Pure functions of numbers, with their sources and units. Knows nobody.
 */
@NullMarked
package io.qorrelate.evaluation.optics;

import org.jspecify.annotations.NullMarked;
