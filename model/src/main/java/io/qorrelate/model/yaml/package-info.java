/**
 * YAML that remembers where it was written: every value carries its file, line and column.
 * Topology, rules and source files are read through it, so that an error names the place and the way out.
 * Knows only the YAML parser.
 */
@NullMarked
package io.qorrelate.model.yaml;

import org.jspecify.annotations.NullMarked;
