package io.qorrelate.collectors.snmp;

import org.jspecify.annotations.Nullable;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.smi.OID;

/** Privacy protocols: AES by RFC 3826, and its longer keys as most of the world has them (draft-blumenthal-aes-usm-04). */
enum Privacy {
    NONE(null),
    AES128(PrivAES128.ID),
    AES192(PrivAES192.ID),
    AES256(PrivAES256.ID);

    private final @Nullable OID id;

    Privacy(@Nullable OID id) {
        this.id = id;
    }

    @Nullable
    OID id() {
        return id;
    }
}
