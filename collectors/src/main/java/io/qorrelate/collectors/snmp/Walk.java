package io.qorrelate.collectors.snmp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.IpAddress;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Opaque;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;

/**
 * What {@code snmpwalk -On} prints (of Net-SNMP; also without {@code -On} where no MIB is loaded), and logs of traps in the same notation.
 * Where an object comes again, another walk begins, or another trap.
 */
final class Walk {
    /** A text that is no walk; the message names the line. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(long line, String message) {
            super("line " + line + ": " + message, null, false, false);
        }
    }

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

    private static final String QUOTED = "STRING: \"";

    private static final long UNSIGNED_32 = 0xFFFF_FFFFL;

    private final List<Answers> walks = new ArrayList<>();
    private Answers current = new Answers();
    private @Nullable OID oid;
    private StringBuilder said = new StringBuilder();
    private long saidAt;
    private boolean open;
    private boolean escaped;

    private Walk() {}

    /** The walks, in the order of the text. */
    static List<Answers> read(String text) throws Malformed {
        Walk walk = new Walk();
        long number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            walk.line(line, number);
        }
        walk.finish();
        if (!walk.current.isEmpty()) {
            walk.walks.add(walk.current);
        }
        return walk.walks;
    }

    private void line(String line, long number) throws Malformed {
        int equals = line.indexOf(" = ");
        OID begun = equals < 0 ? null : Oids.read(line.substring(0, equals));
        if (begun == null || open) {
            if (oid == null && !line.isBlank() && line.charAt(0) != '#') {
                throw new Malformed(
                        number,
                        "expected an object and its value, such as .1.3.6.1.2.1.1.3.0 = Timeticks: (1) 0:00:00.01");
            }
            if (oid != null) {
                // Texts have line ends, and long octet strings go on in the next line.
                said.append('\n').append(line);
                follow(line);
            }
            return;
        }
        finish();
        oid = begun;
        String value = line.substring(equals + " = ".length());
        said = new StringBuilder(value);
        saidAt = number;
        open = value.startsWith(QUOTED);
        escaped = false;
        if (open) {
            follow(value.substring(QUOTED.length()));
        }
    }

    /** Follows a text in quotes, which may go on over many lines. */
    private void follow(String part) {
        for (int i = 0; i < part.length() && open; i++) {
            char letter = part.charAt(i);
            open = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
        }
    }

    private void finish() throws Malformed {
        OID object = oid;
        if (object == null) {
            return;
        }
        Variable value;
        try {
            value = value(said.toString().strip());
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new Malformed(saidAt, "no value of SNMP: '" + shortened(said.toString()) + "'");
        }
        if (value != null) {
            if (current.contains(object)) {
                walks.add(current);
                current = new Answers();
            }
            current.add(object, value);
        }
        oid = null;
    }

    private static @Nullable Variable value(String text) {
        if (text.equals("\"\"")) {
            return new OctetString();
        }
        if (text.startsWith("No Such ") || text.startsWith("No more variables") || text.equals("NULL")) {
            return null;
        }
        String typed = text.startsWith("Wrong Type (should be ") && text.contains("): ")
                ? text.substring(text.indexOf("): ") + "): ".length())
                : text;
        int colon = typed.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no type");
        }
        String rest = typed.substring(colon + 1).strip();
        return switch (typed.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "integer" ->
                new Integer32(Math.toIntExact(bounded(number(rest), Integer.MIN_VALUE, Integer.MAX_VALUE)));
            case "gauge32", "unsigned32", "uinteger32" -> new Gauge32(bounded(number(rest), 0, UNSIGNED_32));
            case "counter32" -> new Counter32(bounded(number(rest), 0, UNSIGNED_32));
            case "counter64" -> new Counter64(Long.parseUnsignedLong(digits(rest)));
            case "timeticks" -> new TimeTicks(bounded(number(rest), 0, UNSIGNED_32));
            case "string" -> new OctetString(bytes(unquoted(rest)));
            case "hex-string", "bits" -> new OctetString(hex(rest));
            case "oid" -> {
                OID value = Oids.read(rest);
                if (value == null) {
                    throw new IllegalArgumentException("no object identifier");
                }
                yield value;
            }
            case "ipaddress", "network address" -> address(rest);
            case "opaque" -> opaque(rest);
            default -> throw new IllegalArgumentException("no type");
        };
    }

    /** A number, also where a label stands around it, as in {@code up(1)} and {@code (123) 0:00:01.23}, or a unit behind. */
    private static long number(String text) {
        int open = text.indexOf('(');
        int close = text.indexOf(')', open + 1);
        String plain = open >= 0 && close > open ? text.substring(open + 1, close) : text;
        return Long.parseLong(plain.startsWith("-") ? "-" + digits(plain.substring(1)) : digits(plain));
    }

    private static String digits(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return text.substring(0, end);
    }

    private static long bounded(long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("out of its type's range");
        }
        return value;
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        boolean escaped = false;
        for (char letter : text.substring(1, text.length() - 1).toCharArray()) {
            if (!escaped && letter == '\\') {
                escaped = true;
            } else {
                plain.append(letter);
                escaped = false;
            }
        }
        return plain.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Pairs of digits; behind them, what Net-SNMP says they mean. */
    private static byte[] hex(String text) {
        StringBuilder pairs = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            if (!word.matches("[0-9A-Fa-f]{2}")) {
                break;
            }
            pairs.append(word);
        }
        return HexFormat.of().parseHex(pairs);
    }

    private static IpAddress address(String text) {
        IpAddress address = new IpAddress();
        String dotted = text.contains(":") ? text.substring(text.lastIndexOf(':') + 1) : text;
        if (!dotted.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            throw new IllegalArgumentException("no IPv4 address");
        }
        address.setValue(dotted);
        return address;
    }

    private static Opaque opaque(String text) {
        String number = text.substring(text.indexOf(':') + 1).strip();
        return Floats.encode(Float.parseFloat(number));
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    /** One line of a walk, or several where the text has line ends. */
    static void write(StringBuilder text, OID oid, Variable value) {
        text.append('.').append(oid.toDottedString()).append(" = ");
        switch (value) {
            case Counter64 counter -> text.append("Counter64: ").append(Long.toUnsignedString(counter.getValue()));
            case Counter32 counter -> text.append("Counter32: ").append(counter.getValue());
            case TimeTicks ticks ->
                text.append("Timeticks: (").append(ticks.getValue()).append(')');
            case UnsignedInteger32 gauge -> text.append("Gauge32: ").append(gauge.getValue());
            case Integer32 integer -> text.append("INTEGER: ").append(integer.getValue());
            case OID object -> text.append("OID: .").append(object.toDottedString());
            case IpAddress address ->
                text.append("IpAddress: ").append(address.getInetAddress().getHostAddress());
            case Opaque opaque
            when Floats.decode(opaque) != null -> text.append("Opaque: Float: ").append(Floats.decode(opaque));
            case OctetString octets
            when Texts.isPrintable(octets) ->
                text.append("STRING: \"")
                        .append(Texts.text(octets).replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            case OctetString octets -> text.append("Hex-STRING: ").append(HEX.formatHex(octets.getValue()));
            default -> text.append("NULL");
        }
        text.append('\n');
    }
}
