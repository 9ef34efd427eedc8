/**
 * Who is evaluated: the diagnosis as it runs live, and the simple methods that it has to beat, all on the same telemetry.
 * The only place here that knows the diagnosis.
 */
@NullMarked
package io.qorrelate.evaluation.contestant;

import org.jspecify.annotations.NullMarked;
