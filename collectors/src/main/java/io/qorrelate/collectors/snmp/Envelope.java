package io.qorrelate.collectors.snmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.UsmSecurityParameters;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;

/**
 * What stands on a message before it is opened, and proves nothing: RFC 3412, clause 6, and RFC 3414, clause 2.4.
 *
 * @param version 0 for version 1, 1 for version 2c, 3 for version 3
 * @param flags of version 3; 0 otherwise
 * @param security the parameters of the user-based security model; null for other versions and models
 */
record Envelope(int version, int flags, @Nullable UsmSecurityParameters security) {
    private static final int PRIVATE = 2;

    private static final int REPORTABLE = 4;

    /**
     * Reads it.
     *
     * @throws IOException where the message is none of SNMP's
     */
    static Envelope read(byte[] bytes, int length) throws IOException {
        try {
            BERInputStream message = new BERInputStream(ByteBuffer.wrap(bytes, 0, length));
            BER.MutableByte type = new BER.MutableByte();
            BER.decodeHeader(message, type);
            if (type.getValue() != BER.SEQUENCE) {
                throw new IOException("not a sequence of ASN.1");
            }
            Integer32 version = new Integer32();
            version.decodeBER(message);
            if (version.getValue() != SnmpConstants.version3) {
                return new Envelope(version.getValue(), 0, null);
            }
            MPv3.HeaderData header = new MPv3.HeaderData() {};
            header.decodeBER(message);
            if (header.getSecurityModel() != SecurityModel.SECURITY_MODEL_USM) {
                return new Envelope(version.getValue(), header.getMsgFlags(), null);
            }
            UsmSecurityParameters security = new UsmSecurityParameters();
            security.decodeBER(message);
            return new Envelope(version.getValue(), header.getMsgFlags(), security);
        } catch (RuntimeException e) {
            // What the library did not foresee is no message either.
            throw new IOException("not a message of SNMP: " + e.getMessage(), e);
        }
    }

    /** The engine that the message is of (traps) or for (informs); empty where the sender asks which that is. */
    OctetString engine() {
        return security == null ? new OctetString() : new OctetString(security.getAuthoritativeEngineID());
    }

    String user() {
        return security == null ? "" : ManagedObject.plain(security.getUserName());
    }

    boolean isPrivate() {
        return (flags & PRIVATE) != 0;
    }

    /** Whether the sender waits for an answer. */
    boolean isReportable() {
        return (flags & REPORTABLE) != 0;
    }
}
