/**
 * SNMP: agents that are polled, and traps and informs that are listened for. Version 3 with the user-based security model
 * (RFC 3414; SHA-2 by RFC 7860, AES by RFC 3826); version 2c where the sources file asks for it by name. Which object means what,
 * mapping files say. Knows what sources share, and none of the other interfaces.
 */
@NullMarked
package io.qorrelate.collectors.snmp;

import org.jspecify.annotations.NullMarked;
