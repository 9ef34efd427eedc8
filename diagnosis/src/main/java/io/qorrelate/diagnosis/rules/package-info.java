/**
 * Human knowledge: rules in the Sigma format, over single events, counts of events and orders of events.
 * A rule speaks as evidence, and may raise a finding of its own; it never overrules the rest.
 * Pure: rules come as text, and what they remember is part of a link's state. Knows the model.
 */
@NullMarked
package io.qorrelate.diagnosis.rules;

import org.jspecify.annotations.NullMarked;
