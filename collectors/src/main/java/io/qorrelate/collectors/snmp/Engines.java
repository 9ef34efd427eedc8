package io.qorrelate.collectors.snmp;

import io.qorrelate.model.yaml.YamlValue;
import java.util.HexFormat;
import java.util.Locale;
import org.snmp4j.smi.OctetString;

/** Identifiers of SNMP engines, RFC 3411: 5 to 32 octets, written in hexadecimal. */
final class Engines {
    private static final int LEAST_BYTES = 5;

    private static final int MOST_BYTES = 32;

    private Engines() {}

    static OctetString parse(YamlValue value) {
        String text = value.text().toLowerCase(Locale.ROOT).replace(":", "");
        String hex = text.startsWith("0x") ? text.substring(2) : text;
        try {
            byte[] engine = HexFormat.of().parseHex(hex);
            if (engine.length >= LEAST_BYTES && engine.length <= MOST_BYTES) {
                return new OctetString(engine);
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for a wrong length.
        }
        throw value.error("an engine's identifier is " + LEAST_BYTES + " to " + MOST_BYTES
                + " octets in hexadecimal, such as '8000000001020304'; quote it");
    }

    static String text(byte[] engine) {
        return HexFormat.of().formatHex(engine);
    }
}
