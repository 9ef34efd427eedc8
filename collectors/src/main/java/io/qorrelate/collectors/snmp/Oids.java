package io.qorrelate.collectors.snmp;

import io.qorrelate.model.yaml.YamlValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;

/** Object identifiers as people write them: numbers and points, with or without one before them. */
final class Oids {
    /** Time since the agent began, in hundredths of a second; RFC 3418. */
    static final OID SYS_UP_TIME = new OID("1.3.6.1.2.1.1.3.0");

    /** Which notification it is; RFC 3418. */
    static final OID TRAP = new OID("1.3.6.1.6.3.1.1.4.1.0");

    /** Words for the first number, which Net-SNMP prints even where it knows no MIB. */
    private static final List<String> ROOTS = List.of("ccitt.", "iso.", "joint-iso-ccitt.");

    /** RFC 2578, clause 3.5. */
    private static final int MOST_PARTS = 128;

    private static final long LARGEST_PART = 0xFFFF_FFFFL;

    private Oids() {}

    /** The identifier; null where the text is none. */
    static @Nullable OID read(String text) {
        String dotted = text;
        for (int i = 0; i < ROOTS.size(); i++) {
            if (text.startsWith(ROOTS.get(i))) {
                dotted = i + "." + text.substring(ROOTS.get(i).length());
            }
        }
        String plain = dotted.startsWith(".") ? dotted.substring(1) : dotted;
        if (plain.isEmpty() || plain.endsWith(".")) {
            return null;
        }
        String[] words = plain.split("\\.", MOST_PARTS + 1);
        if (words.length > MOST_PARTS) {
            return null;
        }
        int[] parts = new int[words.length];
        for (int i = 0; i < parts.length; i++) {
            Long part = part(words[i]);
            if (part == null) {
                return null;
            }
            parts[i] = part.intValue();
        }
        return new OID(parts);
    }

    private static @Nullable Long part(String word) {
        if (word.isEmpty() || word.length() > 10 || !word.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return null;
        }
        long part = Long.parseLong(word);
        return part > LARGEST_PART ? null : part;
    }

    /** The identifier that a mapping names. */
    static OID parse(YamlValue value) {
        OID oid = read(value.text());
        if (oid == null || oid.size() < 2) {
            throw value.error("'" + value.text()
                    + "' is no object identifier; one is numbers and points, such as 1.3.6.1.2.1.1.3.0");
        }
        return oid;
    }
}
