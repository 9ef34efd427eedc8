package io.qorrelate.evaluation.score;

import io.qorrelate.model.Finding;
import java.time.Instant;

/**
 * All that was said under one id.
 *
 * @param last what was said last, which counts
 * @param detected when it was said first, event time
 * @param everAttack whether it was called an attack at any time
 */
public record Verdict(Finding last, Instant detected, boolean everAttack) {}
