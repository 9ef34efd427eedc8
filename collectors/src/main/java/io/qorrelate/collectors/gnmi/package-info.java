/**
 * gNMI: devices that stream what they measure, as OpenConfig models it or as their vendors do.
 * Which paths to subscribe to, and which leaf is which field, mappings say.
 * Knows what collectors, sources and mappings share, and nothing of other interfaces.
 */
@NullMarked
package io.qorrelate.collectors.gnmi;

import org.jspecify.annotations.NullMarked;
