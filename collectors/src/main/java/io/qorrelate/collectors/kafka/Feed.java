package io.qorrelate.collectors.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.EventIds;
import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.mapping.Values;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ListeningCollector;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Times;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Topics to read.
 *
 * @param topics their names; empty where a pattern names them
 * @param pattern regular expression for their names
 * @param group consumer group, whose offsets tell how far was read
 * @param start where a group begins that has no offsets: {@code earliest} or {@code latest}
 * @param sasl mechanism; null without SASL
 * @param by what is looked up in {@code links} and {@code nodes}
 */
record Feed(
        Source source,
        List<String> topics,
        @Nullable String pattern,
        String group,
        String start,
        boolean tls,
        @Nullable String sasl,
        JsonMapping mapping,
        String by)
        implements ConfiguredSource {
    static final String KEY = "key";

    private static final String HEADER = "header.";

    /** What a message has beside its value. */
    static final List<String> VARIABLES = List.of(KEY, "topic", "partition", "offset", "timestamp", HEADER);

    /** What is longer is no event, and only its beginning goes to the dead letters. */
    static final int MAX_VALUE_BYTES = TelemetryJson.MAX_EVENT_BYTES;

    Feed {
        topics = List.copyOf(topics);
    }

    @Override
    public Collector open(SourceContext context) throws IOException {
        // What is wrong with the credentials is told at the start.
        var unused = Security.properties(this);
        Reader reader = new Reader(
                this, context.collectors().intake(), context.collectors().clock());
        return ListeningCollector.start(source, context, reader::listen, reader::hangUp);
    }

    /** One message's value. */
    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        String topic = topics.isEmpty() ? "payload" : topics.getFirst();
        return read(new ConsumerRecord<>(topic, 0, 0, null, payload), received, intake);
    }

    /** The last messages of each partition, without a group: nobody notices. */
    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        return new Reader(this, intake, clock).last();
    }

    /**
     * What a message says; nothing where no event is about it.
     *
     * @param read when it was read, for a topic that keeps no times
     */
    List<Intake> read(ConsumerRecord<byte[], byte @Nullable []> message, Instant read, EventIntake intake) {
        byte[] value = message.value();
        if (value == null) {
            return List.of();
        }
        if (value.length > MAX_VALUE_BYTES) {
            return List.of(new Intake.Rejected(
                    Arrays.copyOf(value, MAX_VALUE_BYTES),
                    value.length,
                    RejectReason.TOO_LARGE,
                    "the message has " + value.length + " bytes, at most " + MAX_VALUE_BYTES + " are allowed"));
        }
        Values beside = name -> beside(message, name);
        try {
            return mapping.read(value, beside, values -> defaults(message, read, values), intake);
        } catch (RuntimeException | Error e) {
            // Else it would be read again and again, and nothing behind it.
            return List.of(Fault.rejected(value, e));
        }
    }

    /** Where in the topics a message stands, for people. */
    static String position(ConsumerRecord<?, ?> message) {
        return message.topic() + "-" + message.partition() + "@" + message.offset();
    }

    private Defaults defaults(ConsumerRecord<byte[], byte @Nullable []> message, Instant read, Values values) {
        JsonNode found = values.get(by);
        String name = found == null ? "" : found.asText();
        Placement placement = source.placement();
        byte[] value = message.value();
        return new Defaults(
                // Two messages may say the same; one that is read again is the same event, whatever else has happened.
                EventIds.of(
                        position(message).getBytes(StandardCharsets.UTF_8),
                        new byte[] {0},
                        value == null ? new byte[0] : value),
                // Without a time of its own in the message: when it was written, so that it is the same again.
                message.timestamp() < 0 ? read : Instant.ofEpochMilli(message.timestamp()),
                placement.linkOf(name),
                placement.nodeOf(name),
                source.id());
    }

    private static @Nullable JsonNode beside(ConsumerRecord<byte[], byte @Nullable []> message, String name) {
        return switch (name) {
            case KEY -> text(message.key());
            case "topic" -> TextNode.valueOf(message.topic());
            case "partition" -> LongNode.valueOf(message.partition());
            case "offset" -> LongNode.valueOf(message.offset());
            case "timestamp" ->
                message.timestamp() < 0
                        ? null
                        : TextNode.valueOf(Times.format(Instant.ofEpochMilli(message.timestamp())));
            default -> {
                Header header = message.headers().lastHeader(name.substring(HEADER.length()));
                yield header == null ? null : text(header.value());
            }
        };
    }

    private static @Nullable JsonNode text(byte @Nullable [] bytes) {
        return bytes == null ? null : TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
    }
}
