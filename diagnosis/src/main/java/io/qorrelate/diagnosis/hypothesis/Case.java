package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.Calibration;
import java.util.List;
import java.util.Set;

/**
 * What there is to weigh of one anomaly.
 *
 * @param onTop whether it came on top of a change that was under way, and is looked at by itself
 * @param comesAndGoes whether it was gone more than once, and came again
 * @param offNominal whether the link is off its nominal figures, and nobody saw it come
 * @param alarms features whose test raised the alarm; empty where a rule did
 * @param onsetMs estimated onset, epoch ms
 * @param nowMs time of the latest event, epoch ms
 * @param cured whether a recalibration brought the features back
 * @param withstood what calibrations were to mend that completed since detection, and changed nothing
 * @param calibratedBeforeMs when the calibration completed that was the latest at detection, epoch ms; 0 is never
 * @param neighbours how many links share a duct or a cable with this one, as far as the topology knows
 * @param events ids of the events that raised the alarm
 */
public record Case(
        Picture picture,
        boolean onTop,
        boolean comesAndGoes,
        boolean offNominal,
        Circumstances circumstances,
        List<RuleVoice> voices,
        Set<Feature> alarms,
        long onsetMs,
        long nowMs,
        boolean cured,
        Set<Calibration.Routine> withstood,
        long calibratedBeforeMs,
        int neighbours,
        List<String> events) {}
