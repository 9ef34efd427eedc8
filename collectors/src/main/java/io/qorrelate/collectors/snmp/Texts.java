package io.qorrelate.collectors.snmp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.snmp4j.smi.OctetString;

/** Octet strings that are texts: SNMP has one type for both, and a MIB to tell them apart. */
final class Texts {
    private Texts() {}

    /** Whether the octets are UTF-8 (as SnmpAdminString is, RFC 3411) without control characters other than white space. */
    static boolean isPrintable(OctetString octets) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(trimmed(octets)))
                    .toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        return text.chars().noneMatch(letter -> Character.isISOControl(letter) && !Character.isWhitespace(letter));
    }

    /** The octets as text; what is no UTF-8 in them is replaced. */
    static String text(OctetString octets) {
        return new String(trimmed(octets), StandardCharsets.UTF_8);
    }

    /** Without the zero that programs in C leave at the end. */
    private static byte[] trimmed(OctetString octets) {
        byte[] bytes = octets.getValue();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
    }
}
