package io.qorrelate.evaluation.scenario;

import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.model.TelemetryEvent;
import java.util.function.Function;

/**
 * An event that is told at its time, whatever the links report.
 *
 * @param atS when, s since the scenario's start
 * @param event writes it
 */
record Cue(double atS, Function<Scribe, TelemetryEvent> event) {}
