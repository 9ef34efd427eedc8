/**
 * Comma-separated values and their relatives: a mapping says which column is which field, in which unit, and how times and numbers are
 * written. A row is a line. Knows mappings and what collectors share.
 */
@NullMarked
package io.qorrelate.collectors.csv;

import org.jspecify.annotations.NullMarked;
