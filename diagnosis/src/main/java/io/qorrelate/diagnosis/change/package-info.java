/**
 * What a link normally does, and when it stops doing so: features of the telemetry, their baselines, the noise of each, the
 * sequential tests on what the noise does not explain, and how a change began. Pure arithmetic on numbers and event times; knows the model.
 */
@NullMarked
package io.qorrelate.diagnosis.change;

import org.jspecify.annotations.NullMarked;
