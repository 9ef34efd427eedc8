/**
 * What a link normally does, and when it stops doing so: features of the telemetry, their baselines, and the sequential test
 * on the residuals. Pure arithmetic on numbers and event times; knows the model.
 */
@NullMarked
package io.qorrelate.diagnosis.change;

import org.jspecify.annotations.NullMarked;
