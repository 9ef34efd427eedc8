/**
 * Sources: the equipment to collect from, as an operator lists it in one YAML file that is read anew when it changes.
 * What all of them share lives here: credentials by reference, placement on the network, polling with back-off, health and metrics.
 * Knows what collectors share, and none of the interfaces that sources speak.
 */
@NullMarked
package io.qorrelate.collectors.source;

import org.jspecify.annotations.NullMarked;
