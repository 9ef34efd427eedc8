/**
 * Feeds parsers with inputs that are nearly right. It knows bytes alone: what is sound, and what a parser has to answer, the tests of
 * each parser say. Nothing of it is in the product.
 */
@NullMarked
package io.qorrelate.fuzzing;

import org.jspecify.annotations.NullMarked;
