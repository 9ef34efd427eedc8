package io.qorrelate.collectors;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The collectors of one process, and the one way to Kafka they share. */
public final class Collectors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Collectors.class);

    private final TelemetryPublisher publisher;
    private final List<Collector> running;

    private Collectors(TelemetryPublisher publisher, List<Collector> running) {
        this.publisher = publisher;
        this.running = running;
    }

    /** Starts with the default {@link EventIntake#DEFAULT_ALLOWED_SKEW}. */
    public static Collectors start(
            PublisherSettings kafka, List<? extends CollectorSettings> configured, MeterRegistry registry)
            throws IOException {
        return start(kafka, EventIntake.DEFAULT_ALLOWED_SKEW, configured, registry, null);
    }

    /**
     * Starts all configured collectors, or none. Kafka may still be away: collectors say so until it is there.
     *
     * @param allowedSkew how far in the future an event may be
     * @param state folder of what collectors must remember over a restart; null where nothing is remembered
     * @throws IOException in words for the operator, where one cannot start
     */
    public static Collectors start(
            PublisherSettings kafka,
            Duration allowedSkew,
            List<? extends CollectorSettings> configured,
            MeterRegistry registry,
            @Nullable Path state)
            throws IOException {
        InstantSource clock = InstantSource.system();
        TelemetryPublisher publisher = TelemetryPublisher.connect(kafka, clock, registry);
        CollectorContext context =
                new CollectorContext(new EventIntake(clock, allowedSkew), publisher, registry, clock, state);
        Collectors collectors = new Collectors(publisher, new ArrayList<>());
        boolean complete = false;
        try {
            for (CollectorSettings settings : configured) {
                collectors.running.add(settings.open(context));
            }
            complete = true;
            return collectors;
        } finally {
            if (!complete) {
                collectors.close();
            }
        }
    }

    /** The running collectors of that type. */
    public <C extends Collector> List<C> running(Class<C> type) {
        return running.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The way to Kafka. */
    public TelemetryPublisher publisher() {
        return publisher;
    }

    /** Stops taking, lets what was taken arrive, and closes; within five seconds, whatever Kafka does. */
    @Override
    public void close() {
        List<Thread> closing = running.stream()
                .map(collector -> Thread.ofVirtual().start(() -> close(collector)))
                .toList();
        try {
            for (Thread thread : closing) {
                thread.join(Duration.ofMillis(2_500));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
    }

    private static void close(Collector collector) {
        try {
            collector.close();
        } catch (RuntimeException e) {
            LOG.warn("the {} collector did not close cleanly", collector.name(), e);
        }
    }
}
