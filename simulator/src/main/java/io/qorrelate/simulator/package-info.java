/**
 * A metropolitan QKD network that does not exist: decoy-state BB84 links with honest noise, and incidents on demand.
 * It talks to the platform only through the collectors' real interfaces.
 * Knows the model; never the diagnosis, so that the engine is not fitted to it.
 */
@NullMarked
package io.qorrelate.simulator;

import org.jspecify.annotations.NullMarked;
