/**
 * Links drawn at random, incidents that befall them, and how the diagnosis fares: a first measure of it, for the test that
 * guards it and for whoever runs {@link io.qorrelate.diagnosis.campaign.Campaign} at length. Knows the public side of the
 * diagnosis only, and nothing of the network simulator.
 */
@NullMarked
package io.qorrelate.diagnosis.campaign;

import org.jspecify.annotations.NullMarked;
