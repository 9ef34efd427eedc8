/**
 * What could be behind a change: a table of causes and of what each does to the features, and the weighing of the causes
 * against what was seen. Pure; knows the model, the features and their tracks.
 */
@NullMarked
package io.qorrelate.diagnosis.hypothesis;

import org.jspecify.annotations.NullMarked;
