package io.qorrelate.evaluation.report;

/**
 * What was run, for the head of a report.
 *
 * @param source where the cases come from: a set of seeds, or a folder
 * @param firstNumber number of the first scenario of each kind
 * @param scenarios how many of each kind were asked for
 * @param reports link-quality reports that were played
 * @param events events that were played
 */
public record RunDescription(String source, long firstNumber, int scenarios, long reports, long events) {}
