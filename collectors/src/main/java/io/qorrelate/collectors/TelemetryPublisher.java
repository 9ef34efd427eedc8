package io.qorrelate.collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events and dead letters to Kafka, in the order in which one thread offers them. Takes no more than its budget of bytes
 * in flight and never blocks for longer than it was told: that it is full, or that Kafka is away, is an answer.
 */
public final class TelemetryPublisher implements AutoCloseable {
    /** Header of a dead letter that holds only the beginning of its input: how long the input was. */
    public static final String TOTAL_BYTES = "total_bytes";

    /** Header of a dead letter: where in its source the input stood, such as {@code line 12}. */
    public static final String POSITION = "position";

    /** Header of a dead letter that is a row of a table: the row that names its columns, byte for byte. */
    public static final String HEADING = "heading";

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryPublisher.class);

    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

    /** How long a wait for room goes on before it looks whether waiting still makes sense. */
    private static final Duration LOOK_UP = Duration.ofMillis(200);

    /** What a record costs beside its key and value: headers, and objects until it is acknowledged. */
    private static final int RECORD_OVERHEAD_BYTES = 256;

    /** Fits any topic, Kafka's default limit being 1 MiB. */
    private static final int SHRUNK_BYTES = 512 << 10;

    /** A detail quotes its input, which may be long. */
    private static final int MAX_DETAIL_CHARS = 1_000;

    private final Producer<byte[], byte[]> producer;
    private final Probe probe;
    private final InstantSource clock;
    private final MeterRegistry registry;
    private final @Nullable KafkaClientMetrics clientMetrics;
    private final int budgetBytes;
    private final Duration stallTimeout;

    private final Semaphore room;
    private final AtomicLong inFlight = new AtomicLong();
    private final Map<String, CollectorMetrics> metrics = new ConcurrentHashMap<>();
    private final Thread watch;
    private volatile long lastProgressNanos = System.nanoTime();
    private volatile @Nullable String away;
    private volatile boolean closed;

    TelemetryPublisher(
            Producer<byte[], byte[]> producer,
            Probe probe,
            PublisherSettings settings,
            InstantSource clock,
            MeterRegistry registry,
            @Nullable KafkaClientMetrics clientMetrics) {
        this.producer = producer;
        this.probe = probe;
        this.clock = clock;
        this.registry = registry;
        this.clientMetrics = clientMetrics;
        budgetBytes = settings.inFlightBytes();
        stallTimeout = settings.stallTimeout();
        // Fair, so that a large message is not overtaken for ever by small ones.
        room = new Semaphore(budgetBytes, true);
        watch = Thread.ofVirtual().name("kafka-watch").unstarted(this::watch);
    }

    /** Connects; returns also where Kafka is away, and goes on trying. */
    public static TelemetryPublisher connect(PublisherSettings settings, InstantSource clock, MeterRegistry registry) {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                settings.producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
        Admin admin = Admin.create(settings.adminProperties());
        KafkaClientMetrics clientMetrics = new KafkaClientMetrics(producer);
        clientMetrics.bindTo(registry);
        TelemetryPublisher publisher = new TelemetryPublisher(
                producer, new KafkaProbe(admin, producer), settings, clock, registry, clientMetrics);
        publisher.start();
        return publisher;
    }

    /** Looks for Kafka once, then again and again in the background. */
    void start() {
        try {
            look();
        } catch (InterruptedException e) {
            away = "not looked for yet";
            Thread.currentThread().interrupt();
        }
        watch.start();
    }

    /** What stands in the way of publishing, in a sentence; null where nothing does. */
    public @Nullable String problem() {
        if (closed) {
            return "the collectors are stopping";
        }
        return isStalled() ? "Kafka has acknowledged nothing for " + stallTimeout.toSeconds() + " s" : away;
    }

    /** Whether messages are on their way and none has arrived for longer than it ever should take. */
    boolean isStalled() {
        return inFlight.get() > 0 && System.nanoTime() - lastProgressNanos > stallTimeout.toNanos();
    }

    /** Whether so little room is left that new work had better wait. */
    public boolean isFull() {
        return room.availablePermits() < budgetBytes / 8;
    }

    /** Counts that a collector refused or paused its input. */
    public void countBackPressure(String collector) {
        metrics(collector).pushedBack();
    }

    /** Makes the counters of a collector, so that they stand at zero before its first event. */
    public void announce(String collector) {
        metrics(collector);
    }

    /**
     * Hands over one event or dead letter.
     *
     * @param collector name of the collector, for headers and metrics
     * @param source where it came from: an address, a file
     * @param position where in the source it stood
     * @param patience how long to wait for room
     * @param receipt told later, exactly once, if and only if the answer is {@link Offer#TAKEN}
     */
    Offer offer(Intake intake, String collector, String source, String position, Duration patience, Receipt receipt)
            throws InterruptedException {
        ProducerRecord<byte[], byte[]> message = switch (intake) {
            case Intake.Accepted accepted -> telemetry(accepted, collector);
            case Intake.Rejected rejected -> deadLetter(rejected, collector, source, position);
        };
        int charge = charge(message) + (intake instanceof Intake.Rejected rejected ? length(rejected.heading()) : 0);
        Offer offer = makeRoom(charge, patience);
        if (offer != Offer.TAKEN) {
            return offer;
        }
        if (inFlight.getAndIncrement() == 0) {
            lastProgressNanos = System.nanoTime();
        }
        Receipt settled = failure -> {
            room.release(charge);
            if (failure == null) {
                lastProgressNanos = System.nanoTime();
                switch (intake) {
                    case Intake.Accepted accepted ->
                        metrics(collector).accepted(accepted.event().kind());
                    case Intake.Rejected rejected -> metrics(collector).rejected(rejected.reason());
                }
            }
            inFlight.decrementAndGet();
            receipt.done(failure);
        };
        send(message, failure -> {
            if (failure instanceof RecordTooLargeException) {
                send(shrunk(message, collector, source, position), settled);
            } else {
                settled.done(failure);
            }
        });
        return Offer.TAKEN;
    }

    private void send(ProducerRecord<byte[], byte[]> message, Receipt receipt) {
        try {
            var unused = producer.send(message, (metadata, failure) -> receipt.done(failure));
        } catch (KafkaException | IllegalStateException e) {
            // Interrupted, or the producer is closed or broken; the receipt tells, as it does for everything taken.
            receipt.done(e);
        }
    }

    private Offer makeRoom(int charge, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            if (problem() != null) {
                return Offer.UNAVAILABLE;
            }
            long left = deadline - System.nanoTime();
            if (room.tryAcquire(charge, Math.clamp(left, 0, LOOK_UP.toNanos()), TimeUnit.NANOSECONDS)) {
                return Offer.TAKEN;
            }
            if (left <= 0) {
                return Offer.FULL;
            }
        }
    }

    private static int charge(ProducerRecord<byte[], byte[]> message) {
        return message.value().length + length(message.key()) + RECORD_OVERHEAD_BYTES;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static ProducerRecord<byte[], byte[]> telemetry(Intake.Accepted accepted, String collector) {
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(Topics.TELEMETRY, utf8(accepted.event().key()), accepted.json());
        message.headers().add(DeadLetter.COLLECTOR, utf8(collector));
        return message;
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
            Intake.Rejected rejected, String collector, String source, String position) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(Topics.DEAD_LETTER, null, rejected.raw());
        String detail = rejected.detail();
        if (detail.length() > MAX_DETAIL_CHARS) {
            detail = detail.substring(0, MAX_DETAIL_CHARS) + " …";
        }
        DeadLetter.headers(rejected.reason().wireName(), detail, source, collector, clock.instant())
                .forEach((name, value) -> message.headers().add(name, value));
        message.headers().add(POSITION, utf8(position));
        if (rejected.totalBytes() > rejected.raw().length) {
            message.headers().add(TOTAL_BYTES, utf8(Long.toString(rejected.totalBytes())));
        }
        byte[] heading = rejected.heading();
        if (heading != null) {
            message.headers().add(HEADING, heading);
        }
        return message;
    }

    /** What is left of a message that a topic is too narrow for; the way on is not blocked by it. */
    private ProducerRecord<byte[], byte[]> shrunk(
            ProducerRecord<byte[], byte[]> message, String collector, String source, String position) {
        LOG.warn(
                "Kafka refuses a message of {} bytes for {}; raise max.message.bytes of the topic to {}",
                message.value().length,
                message.topic(),
                PublisherSettings.MAX_RECORD_BYTES);
        byte[] beginning = Arrays.copyOf(message.value(), Math.min(message.value().length, SHRUNK_BYTES));
        return deadLetter(
                new Intake.Rejected(
                        beginning,
                        message.value().length,
                        RejectReason.TOO_LARGE,
                        message.topic() + " does not take messages of " + message.value().length + " bytes"),
                collector,
                source,
                position);
    }

    private void watch() {
        try {
            while (!closed) {
                Thread.sleep(PROBE_INTERVAL);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void look() throws InterruptedException {
        String now;
        try {
            now = probe.problem();
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedException();
        } catch (RuntimeException e) {
            now = "Kafka cannot be asked: " + e.getMessage();
        }
        String before = away;
        away = now;
        if (now != null && before == null && !closed) {
            LOG.warn("{}", now);
        } else if (now == null && before != null) {
            LOG.info("Kafka is back");
        }
    }

    private CollectorMetrics metrics(String collector) {
        return metrics.computeIfAbsent(collector, name -> new CollectorMetrics(registry, name));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes nothing more, and sends what was taken within two seconds or gives it up unacknowledged. */
    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        if (clientMetrics != null) {
            clientMetrics.close();
        }
        producer.close(Duration.ofSeconds(2));
        try {
            probe.close();
        } catch (RuntimeException e) {
            LOG.debug("closing the probe", e);
        }
    }
}
