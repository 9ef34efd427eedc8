/**
 * How soon the best of all detectors could have told: a bound from the generator's true parameters.
 * Knows the link.
 */
@NullMarked
package io.qorrelate.evaluation.bound;

import org.jspecify.annotations.NullMarked;
