/**
 * Cases as folders of files: telemetry, labels and topology, so that other people's generators and real telemetry can be evaluated, and
 * ours can be used elsewhere. The format is described in {@code docs/evaluation.md}. Knows cases and the model.
 */
@NullMarked
package io.qorrelate.evaluation.labelled;

import org.jspecify.annotations.NullMarked;
