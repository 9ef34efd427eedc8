/**
 * Scores for people and machines: a table, JSON, and a page with plots. Knows scores, and turns them into text.
 */
@NullMarked
package io.qorrelate.evaluation.report;

import org.jspecify.annotations.NullMarked;
