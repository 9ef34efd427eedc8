/**
 * One QKD link as it could stand in a real network: its parameters drawn at random, what its equipment would report, and the
 * chance and the flaws in those reports. Knows the optics and the model; nothing of what is made of its reports.
 */
@NullMarked
package io.qorrelate.evaluation.link;

import org.jspecify.annotations.NullMarked;
