/**
 * Key management entities by ETSI GS QKD 014: how many keys they hold for whom, and whether they let us ask.
 * Only ever asks for the status of a key association; no key is requested, seen or used up.
 * Knows what sources share.
 */
@NullMarked
package io.qorrelate.collectors.etsi014;

import org.jspecify.annotations.NullMarked;
