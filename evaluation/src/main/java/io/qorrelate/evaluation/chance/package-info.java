/**
 * Where all that is random in the evaluation comes from: dice that fall the same for the same seed, and noise that remembers.
 * Knows nobody.
 */
@NullMarked
package io.qorrelate.evaluation.chance;

import org.jspecify.annotations.NullMarked;
