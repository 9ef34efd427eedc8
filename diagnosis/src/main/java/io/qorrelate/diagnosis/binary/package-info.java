/**
 * How numbers become few bytes: bits one behind the other, differences instead of values, no more digits than are known. Knows nobody.
 */
@NullMarked
package io.qorrelate.diagnosis.binary;

import org.jspecify.annotations.NullMarked;
