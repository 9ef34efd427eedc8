package io.qorrelate.collectors.snmp;

import org.snmp4j.security.AuthHMAC128SHA224;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC256SHA384;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.smi.OID;

/** Authentication protocols of RFC 7860. MD5 and SHA-1 of RFC 3414 are not among them. */
enum Authentication {
    SHA224(AuthHMAC128SHA224.ID),
    SHA256(AuthHMAC192SHA256.ID),
    SHA384(AuthHMAC256SHA384.ID),
    SHA512(AuthHMAC384SHA512.ID);

    private final OID id;

    Authentication(OID id) {
        this.id = id;
    }

    OID id() {
        return id;
    }
}
