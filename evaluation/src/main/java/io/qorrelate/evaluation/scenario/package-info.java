/**
 * What befalls a random network: quiet life, and incidents of which the cause is known. Everything follows from a seed.
 * Knows the link, the bound and the model, and nothing of the diagnosis, so that the diagnosis cannot be fitted to it by accident.
 */
@NullMarked
package io.qorrelate.evaluation.scenario;

import org.jspecify.annotations.NullMarked;
