/**
 * Software-defined QKD nodes by ETSI GS QKD 015: their links, interfaces and applications as YANG data, and their notifications, over
 * RESTCONF (RFC 8040) and over NETCONF (RFC 6241) on SSH. Only ever reads: nothing on a node is configured, reset or acknowledged.
 * Knows what sources share, and mappings.
 */
@NullMarked
package io.qorrelate.collectors.etsi015;

import org.jspecify.annotations.NullMarked;
