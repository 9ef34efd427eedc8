package io.qorrelate.collectors.snmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.YamlValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.IpAddress;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Opaque;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;

/**
 * One object of a MIB and how its values are read: a MIB says in words what a number's unit and resolution are, and a mapping says it in
 * data.
 *
 * @param oid of the scalar's instance, or of the column
 * @param form what the value is taken for
 * @param times factor to the unit that the mapping goes on with
 * @param plus added after that, such as −273.15 from kelvins
 * @param decimals how many digits stand behind the point of what is sent as a whole number
 * @param decimalsOf the object that says so; null where {@code decimals} does
 * @param scaleOf the object whose value chooses one of {@code factors}; null for none
 * @param factors by the value of {@code scaleOf}
 * @param absent values that stand for none
 * @param counter what is made of a value that only rises; null for a value that is one by itself
 */
record ManagedObject(
        OID oid,
        Form form,
        BigDecimal times,
        BigDecimal plus,
        int decimals,
        @Nullable String decimalsOf,
        @Nullable String scaleOf,
        Map<String, BigDecimal> factors,
        Set<String> absent,
        @Nullable Counting counter) {
    /** What a value is taken for. */
    enum Form {
        /** A number where it is one by its type; a text, or octets in hexadecimal, otherwise. */
        PLAIN,
        /** A number also where it stands in a text, as in {@code "-7.9 dBm"}: the first in it. */
        NUMBER,
        /** A text, whatever octets it has. */
        TEXT,
        /** Octets in hexadecimal. */
        HEX,
        /** A time, as SNMPv2-TC's DateAndTime (RFC 2579). */
        TIME,
        /** A power in watts (after the factors) that the contract wants in dBm. */
        DBM_OF_WATTS
    }

    /** What is made of two values of a counter. */
    enum Counting {
        /** Their difference for each second between them, by the agent's own clock. */
        RATE,
        /** Their difference. */
        INCREASE
    }

    private static final List<String> FIELDS =
            List.of("oid", "as", "times", "plus", "decimals", "scale", "absent", "counter");

    private static final int MOST_DECIMALS = 9;

    private static final Pattern FIRST_NUMBER =
            Pattern.compile("[-+]?(?:\\d+(?:[.,]\\d+)?|\\.\\d+)(?:[eE][-+]?\\d{1,3})?");

    /** A text with a number in it has a unit behind it, not a novel. */
    private static final int LOOKS_AT_CHARS = 256;

    private static final double MILLIWATTS_PER_WATT = 1_000;

    /** Octets of DateAndTime, without and with the offset from UTC. */
    private static final int LOCAL_TIME_BYTES = 8;

    private static final int ZONED_TIME_BYTES = 11;

    /**
     * Reads one: an object identifier, or a mapping of fields with it.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static ManagedObject parse(YamlValue value) {
        if (!value.isMapping()) {
            return new ManagedObject(
                    Oids.parse(value),
                    Form.PLAIN,
                    BigDecimal.ONE,
                    BigDecimal.ZERO,
                    0,
                    null,
                    null,
                    Map.of(),
                    Set.of(),
                    null);
        }
        value.rejectUnknown(FIELDS, "an object");
        int decimals = 0;
        String decimalsOf = null;
        YamlValue point = value.field("decimals").orElse(null);
        if (point != null && point.isNumber()) {
            decimals = Math.clamp(point.integer(), -MOST_DECIMALS - 1, MOST_DECIMALS + 1);
            if (Math.abs(decimals) > MOST_DECIMALS) {
                throw point.error("'decimals' is -" + MOST_DECIMALS + ".." + MOST_DECIMALS
                        + ", or the name of an object that says it");
            }
        } else if (point != null) {
            decimalsOf = point.text();
        }
        String scaleOf = null;
        Map<String, BigDecimal> factors = new HashMap<>();
        YamlValue scale = value.field("scale").orElse(null);
        if (scale != null) {
            scale.rejectUnknown(List.of("by", "factors"), "a scale");
            scaleOf = scale.required("by").text();
            scale.required("factors").fields().forEach((word, factor) -> factors.put(word, decimal(factor)));
        }
        Set<String> absent = new HashSet<>();
        value.field("absent").ifPresent(given -> given.itemsOrSelf().forEach(each -> absent.add(each.text())));
        return new ManagedObject(
                Oids.parse(value.required("oid")),
                value.field("as").map(word -> word.oneOf(Form.class)).orElse(Form.PLAIN),
                value.field("times").map(ManagedObject::decimal).orElse(BigDecimal.ONE),
                value.field("plus").map(ManagedObject::decimal).orElse(BigDecimal.ZERO),
                decimals,
                decimalsOf,
                scaleOf,
                Map.copyOf(factors),
                Set.copyOf(absent),
                value.field("counter").map(word -> word.oneOf(Counting.class)).orElse(null));
    }

    /** As it is written: a tenth is a tenth, which it is not in binary. */
    private static BigDecimal decimal(YamlValue value) {
        // The complaint about what is no number is the same everywhere.
        var unused = value.number();
        return new BigDecimal(value.text());
    }

    /** Names of other objects that reading this one needs. */
    List<String> needs() {
        return Stream.of(decimalsOf, scaleOf).filter(Objects::nonNull).toList();
    }

    /**
     * The value in JSON; null where there is none, or none that can be read as what it should be.
     *
     * @param others values of other objects of the same row, as they were sent
     */
    @Nullable
    JsonNode read(Variable value, Function<String, @Nullable Variable> others) {
        if (absent.contains(plain(value))) {
            return null;
        }
        return switch (form) {
            case PLAIN -> {
                BigDecimal number = number(value);
                if (number != null) {
                    yield scaled(number, others);
                }
                yield value instanceof OctetString octets && !(value instanceof Opaque)
                        ? TextNode.valueOf(
                                Texts.isPrintable(octets) ? Texts.text(octets).strip() : hex(octets))
                        : TextNode.valueOf(plain(value));
            }
            case NUMBER -> {
                BigDecimal number = number(value);
                yield scaled(number == null ? firstNumber(value) : number, others);
            }
            case TEXT ->
                TextNode.valueOf(
                        value instanceof OctetString octets ? Texts.text(octets).strip() : plain(value));
            case HEX -> value instanceof OctetString octets ? TextNode.valueOf(hex(octets)) : null;
            case TIME -> value instanceof OctetString octets ? time(octets) : null;
            case DBM_OF_WATTS -> {
                BigDecimal number = number(value);
                JsonNode watts = scaled(number == null ? firstNumber(value) : number, others);
                // No light at all is less than any number of dBm.
                yield watts == null || watts.doubleValue() <= 0
                        ? null
                        : DoubleNode.valueOf(10 * Math.log10(watts.doubleValue() * MILLIWATTS_PER_WATT));
            }
        };
    }

    /**
     * Whatever stands for the object in conditions and texts: a number without its factors, a text as it is, octets in hexadecimal.
     */
    static String plain(Variable value) {
        return switch (value) {
            case Counter64 counter -> Long.toUnsignedString(counter.getValue());
            case UnsignedInteger32 number -> Long.toString(number.getValue());
            case Integer32 number -> Integer.toString(number.getValue());
            case OID object -> object.toDottedString();
            case IpAddress address -> address.getInetAddress().getHostAddress();
            case Opaque opaque when Floats.decode(opaque) != null -> String.valueOf(Floats.decode(opaque));
            case OctetString octets ->
                Texts.isPrintable(octets) ? Texts.text(octets).strip() : hex(octets);
            default -> "";
        };
    }

    /** The number that a value is by its type; null for texts and others. */
    static @Nullable BigDecimal number(Variable value) {
        return switch (value) {
            case Counter64 counter -> new BigDecimal(new BigInteger(Long.toUnsignedString(counter.getValue())));
            case UnsignedInteger32 number -> BigDecimal.valueOf(number.getValue());
            case Integer32 number -> BigDecimal.valueOf(number.getValue());
            case Opaque opaque -> {
                Double number = Floats.decode(opaque);
                yield number == null || !Double.isFinite(number) ? null : BigDecimal.valueOf(number);
            }
            default -> null;
        };
    }

    private static @Nullable BigDecimal firstNumber(Variable value) {
        if (!(value instanceof OctetString octets)) {
            return null;
        }
        String text = Texts.text(octets);
        Matcher number = FIRST_NUMBER.matcher(text.substring(0, Math.min(text.length(), LOOKS_AT_CHARS)));
        // A comma is the decimal point of half of the world's equipment; none of it groups thousands in a MIB.
        return number.find() ? new BigDecimal(number.group().replace(',', '.')) : null;
    }

    @Nullable
    JsonNode scaled(@Nullable BigDecimal number, Function<String, @Nullable Variable> others) {
        if (number == null) {
            return null;
        }
        BigDecimal result = number;
        if (scaleOf != null) {
            Variable chooses = others.apply(scaleOf);
            BigDecimal factor = chooses == null ? null : factors.get(plain(chooses));
            if (factor == null) {
                return null;
            }
            result = result.multiply(factor);
        }
        int digits = decimals;
        if (decimalsOf != null) {
            Variable says = others.apply(decimalsOf);
            BigDecimal said = says == null ? null : number(says);
            if (said == null || said.abs().compareTo(BigDecimal.valueOf(MOST_DECIMALS)) > 0) {
                return null;
            }
            digits = said.intValue();
        }
        result = result.scaleByPowerOfTen(-digits).multiply(times).add(plus);
        return json(result);
    }

    static JsonNode json(BigDecimal number) {
        try {
            return LongNode.valueOf(number.longValueExact());
        } catch (ArithmeticException e) {
            return DoubleNode.valueOf(number.doubleValue());
        }
    }

    private static String hex(OctetString octets) {
        return HexFormat.of().formatHex(octets.getValue());
    }

    private static @Nullable JsonNode time(OctetString octets) {
        byte[] bytes = octets.getValue();
        if (bytes.length != LOCAL_TIME_BYTES && bytes.length != ZONED_TIME_BYTES) {
            return null;
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF),
                    bytes[2],
                    bytes[3],
                    bytes[4],
                    bytes[5],
                    // A leap second is the last of its minute to us.
                    Math.min(bytes[6], 59),
                    bytes[7] * 100_000_000);
            ZoneOffset offset = bytes.length == LOCAL_TIME_BYTES
                    ? ZoneOffset.UTC
                    : ZoneOffset.ofHoursMinutes(
                            bytes[8] == '-' ? -bytes[9] : bytes[9], bytes[8] == '-' ? -bytes[10] : bytes[10]);
            return TextNode.valueOf(Times.format(local.toInstant(offset)));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
