package io.qorrelate.model;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Telemetry events from and to the contract's JSON. Reading is strict about the contract's own fields and keeps all others as
 * labels; writing is canonical: equal events give equal bytes.
 */
public final class TelemetryJson {
    /** Largest event accepted, from the contract: 1 MiB. */
    public static final int MAX_EVENT_BYTES = 1 << 20;

    /** An event is flat but for its labels; deeper nesting than this is hostile, not telemetry. */
    private static final int MAX_NESTING_DEPTH = 32;

    /** The derived id keeps this many bytes of the digest: 128 bits make an accidental collision out of reach. */
    private static final int DERIVED_ID_BYTES = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING_DEPTH)
                    .maxStringLength(MAX_EVENT_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY).build();

    static final ObjectReader READER =
            MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private TelemetryJson() {}

    /** Reads one event; see {@link #read(byte[], int, int)}. */
    public static TelemetryEvent read(byte[] json) throws InvalidEvent {
        return read(json, 0, json.length);
    }

    /** Reads one event; see {@link #read(byte[], int, int)}. */
    public static TelemetryEvent read(String json) throws InvalidEvent {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads one event from a JSON object.
     *
     * @throws InvalidEvent where it is not one; the message names the field
     */
    public static TelemetryEvent read(byte[] json, int offset, int length) throws InvalidEvent {
        if (length > MAX_EVENT_BYTES) {
            throw new InvalidEvent(
                    RejectReason.TOO_LARGE,
                    "the event has " + length + " bytes, at most " + MAX_EVENT_BYTES + " are allowed");
        }
        return read(tree(json, offset, length));
    }

    /** Reads one event from a JSON tree. */
    public static TelemetryEvent read(JsonNode tree) throws InvalidEvent {
        if (!tree.isObject()) {
            throw new InvalidEvent(
                    RejectReason.NOT_JSON, "expected a JSON object, found " + EventFields.describe(tree));
        }
        EventFields fields = new EventFields(tree);
        Kind kind = kind(fields);
        Instant time = fields.requiredTime("time");
        String id = fields.text("id");
        String link = fields.text("link");
        String node = fields.text("node");
        String source = fields.text("source");
        if (kind.needsLink() && link == null) {
            throw new InvalidEvent(RejectReason.MISSING_FIELD, "'link' is required for " + kind.wireName());
        }
        if (link == null && node == null) {
            throw new InvalidEvent(RejectReason.MISSING_FIELD, "'node' is required where there is no 'link'");
        }
        try {
            // The id of an event without one is derived from the event itself, so the event is made first, under a
            // provisional id.
            EventId provisional = new EventId(id != null ? id : "derived");
            Body body = body(kind, fields);
            Header header = new Header(provisional, time, link, node, source, fields.labels());
            TelemetryEvent event = body.with(header);
            return id != null ? event : body.with(withId(header, derivedId(event)));
        } catch (IllegalArgumentException e) {
            throw new InvalidEvent(RejectReason.OUT_OF_RANGE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Refuses an event from the future: a clock that is that wrong would put the event beyond the reach of its neighbours.
     *
     * @param now wall-clock time at the edge
     * @param allowedSkew how far clocks may differ
     */
    public static void checkTime(TelemetryEvent event, Instant now, Duration allowedSkew) throws InvalidEvent {
        if (event.time().isAfter(now.plus(allowedSkew))) {
            throw new InvalidEvent(
                    RejectReason.FUTURE_TIME,
                    "'time' " + Times.format(event.time()) + " is more than " + allowedSkew.toSeconds()
                            + " s in the future");
        }
    }

    /** The event as one JSON object, without a line end. */
    public static byte[] write(TelemetryEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", event.id().value());
            writeContent(json, event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static JsonNode tree(byte[] json, int offset, int length) throws InvalidEvent {
        try {
            JsonNode tree = READER.readValue(json, offset, length);
            if (tree == null || tree.isMissingNode()) {
                throw new InvalidEvent(RejectReason.NOT_JSON, "expected a JSON object, found nothing");
            }
            return tree;
        } catch (JacksonException e) {
            throw new InvalidEvent(RejectReason.NOT_JSON, "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new InvalidEvent(RejectReason.NOT_JSON, "not JSON: " + e.getMessage());
        }
    }

    private static Kind kind(EventFields fields) throws InvalidEvent {
        String word = fields.text("kind");
        if (word == null) {
            throw new InvalidEvent(RejectReason.MISSING_FIELD, "'kind' is required");
        }
        for (Kind kind : Kind.values()) {
            if (kind.wireName().equals(word)) {
                return kind;
            }
        }
        throw new InvalidEvent(RejectReason.UNKNOWN_KIND, "'kind' is '" + word + "', which is no kind of telemetry");
    }

    /** An event but for its header. */
    private interface Body {
        TelemetryEvent with(Header header);
    }

    private static Body body(Kind kind, EventFields fields) throws InvalidEvent {
        return switch (kind) {
            case LINK_QUALITY -> {
                Readings readings = fields.readings(kind);
                yield header -> new LinkQuality(header, readings);
            }
            case KEY_RATE -> {
                Readings readings = fields.readings(kind);
                yield header -> new KeyRate(header, readings);
            }
            case KEY_DELIVERY -> {
                OptionalLong count = fields.whole("key_count");
                OptionalLong size = fields.whole("key_size_bits");
                String master = fields.text("master_sae");
                String slave = fields.text("slave_sae");
                String first = fields.text("first_key_id");
                Instant from = fields.time("generated_from");
                Instant to = fields.time("generated_to");
                yield header -> new KeyDelivery(header, count, size, master, slave, first, from, to);
            }
            case AUTH_FAILURE -> {
                AuthFailure.Plane plane = fields.word("plane", AuthFailure.Plane.class);
                AuthFailure.Reason reason = fields.word("reason", AuthFailure.Reason.class);
                String principal = fields.text("principal");
                String origin = fields.text("origin");
                long count = fields.whole("count").orElse(1);
                yield header -> new AuthFailure(header, plane, reason, principal, origin, count);
            }
            case CALIBRATION -> {
                Calibration.Routine routine = fields.word("routine", Calibration.Routine.class);
                Calibration.Phase phase = fields.word("phase", Calibration.Phase.class);
                Calibration.Initiator initiator = fields.word("initiator", Calibration.Initiator.class);
                String principal = fields.text("principal");
                OptionalDouble offset = fields.number("offset");
                yield header -> new Calibration(header, routine, phase, initiator, principal, offset);
            }
            case TRANSPORT -> {
                Transport.Event event = fields.word("event", Transport.Event.class);
                OptionalDouble position = fields.number("position_km");
                OptionalDouble loss = fields.number("loss_db");
                String to = fields.text("to");
                yield header -> new Transport(header, event, position, loss, to);
            }
            case ENVIRONMENT -> {
                Readings readings = fields.readings(kind);
                Environment.Power power = fields.word("power", Environment.Power.class);
                Environment.Cooling cooling = fields.word("cooling", Environment.Cooling.class);
                yield header -> new Environment(header, readings, power, cooling);
            }
            case PHYSICAL_ACCESS -> {
                PhysicalAccess.Event event = fields.word("event", PhysicalAccess.Event.class);
                String principal = fields.text("principal");
                yield header -> new PhysicalAccess(header, event, principal);
            }
            case POLICY -> {
                Policy.Decision decision = fields.word("decision", Policy.Decision.class);
                String reason = fields.text("reason");
                String principal = fields.text("principal");
                yield header -> new Policy(header, decision, reason, principal);
            }
        };
    }

    private static Header withId(Header header, EventId id) {
        return new Header(id, header.time(), header.link(), header.node(), header.source(), header.labels());
    }

    private static EventId derivedId(TelemetryEvent event) throws InvalidEvent {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            writeContent(json, event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        byte[] digest = sha256().digest(bytes.toByteArray());
        return new EventId(HexFormat.of().formatHex(Arrays.copyOf(digest, DERIVED_ID_BYTES)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void writeContent(JsonGenerator json, TelemetryEvent event) throws IOException {
        json.writeStringField("time", Times.format(event.time()));
        json.writeStringField("kind", event.kind().wireName());
        text(json, "link", event.link());
        text(json, "node", event.node());
        text(json, "source", event.source());
        switch (event) {
            case LinkQuality quality -> readings(json, quality.readings());
            case KeyRate rate -> readings(json, rate.readings());
            case KeyDelivery delivery -> {
                whole(json, "key_count", delivery.keyCount());
                whole(json, "key_size_bits", delivery.keySizeBits());
                text(json, "master_sae", delivery.masterSae());
                text(json, "slave_sae", delivery.slaveSae());
                text(json, "first_key_id", delivery.firstKeyId());
                time(json, "generated_from", delivery.generatedFrom());
                time(json, "generated_to", delivery.generatedTo());
            }
            case AuthFailure failure -> {
                word(json, "plane", failure.plane());
                word(json, "reason", failure.reason());
                text(json, "principal", failure.principal());
                text(json, "origin", failure.origin());
                json.writeNumberField("count", failure.count());
            }
            case Calibration calibration -> {
                word(json, "routine", calibration.routine());
                word(json, "phase", calibration.phase());
                word(json, "initiator", calibration.initiator());
                text(json, "principal", calibration.principal());
                number(json, "offset", calibration.offset());
            }
            case Transport transport -> {
                word(json, "event", transport.event());
                number(json, "position_km", transport.positionKm());
                number(json, "loss_db", transport.lossDb());
                text(json, "to", transport.to());
            }
            case Environment environment -> {
                readings(json, environment.readings());
                word(json, "power", environment.power());
                word(json, "cooling", environment.cooling());
            }
            case PhysicalAccess access -> {
                word(json, "event", access.event());
                text(json, "principal", access.principal());
            }
            case Policy policy -> {
                word(json, "decision", policy.decision());
                text(json, "reason", policy.reason());
                text(json, "principal", policy.principal());
            }
        }
        if (!event.labels().isEmpty()) {
            json.writeObjectFieldStart("labels");
            for (Map.Entry<String, String> label : event.labels().entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        }
    }

    private static void readings(JsonGenerator json, Readings readings) throws IOException {
        for (Map.Entry<Observable, Double> reading : readings.asMap().entrySet()) {
            number(json, reading.getKey().field(), OptionalDouble.of(reading.getValue()));
        }
    }

    private static void text(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static void time(JsonGenerator json, String field, @Nullable Instant value) throws IOException {
        if (value != null) {
            json.writeStringField(field, Times.format(value));
        }
    }

    private static void word(JsonGenerator json, String field, @Nullable Enum<?> value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value.name().toLowerCase(Locale.ROOT));
        }
    }

    private static void whole(JsonGenerator json, String field, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(field, value.getAsLong());
        }
    }

    /** Whole numbers without a fraction, so that {@code 41200} and {@code 41200.0} are the same event. */
    private static void number(JsonGenerator json, String field, OptionalDouble value) throws IOException {
        if (value.isPresent()) {
            double number = value.getAsDouble();
            if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
                json.writeNumberField(field, (long) number);
            } else {
                json.writeNumberField(field, number);
            }
        }
    }
}
