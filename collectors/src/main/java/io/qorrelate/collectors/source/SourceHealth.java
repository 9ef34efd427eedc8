package io.qorrelate.collectors.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one source fares: told by its collector, seen by operators in metrics, in the log where something changes. */
public final class SourceHealth implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceHealth.class);

    private static final double NANOS_PER_SECOND = 1e9;

    private final Source source;
    private final MeterRegistry registry;
    private final LongSupplier nanoTime;
    private final Tags tags;
    private final Circuit circuit;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();

    /** By name and tags: messages come by the ten thousand a second, and looking a meter up in the registry is not for each. */
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    private final AtomicLong lastHeard;
    private final InstantSource clock;
    private volatile boolean silent;
    private volatile boolean everHeard;
    private volatile String trouble = "";
    private volatile boolean subscribed;
    private volatile String subscriptionTrouble = "";
    private volatile SourceStatus.@Nullable Trouble lastTrouble;

    SourceHealth(Source source, MeterRegistry registry, LongSupplier nanoTime, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        this.registry = registry;
        this.nanoTime = nanoTime;
        tags = Tags.of(Tag.of("source", source.id()), Tag.of("type", source.type()));
        circuit = new Circuit(source.interval(), RandomGenerator.getDefault());
        lastHeard = new AtomicLong(nanoTime.getAsLong());
        counter("qorrelate.source.events", "Telemetry events from a source that Kafka acknowledged", Tags.empty());
        gauge(
                "qorrelate.source.last.success.age",
                "Time since a source last said something of use, or since it was configured",
                "seconds",
                health -> health.ageNanos() / NANOS_PER_SECOND);
        gauge(
                "qorrelate.source.silent",
                "How long a source has been silent, where that is longer than it should be; else 0",
                "seconds",
                SourceHealth::silentSeconds);
        gauge(
                "qorrelate.source.circuit",
                "Whether a source is asked as configured (0), asked once to see whether it is back (1), or waited for (2)",
                null,
                health -> health.circuit.state().ordinal());
    }

    Circuit circuit() {
        return circuit;
    }

    /** Seconds of a silence that is longer than it should be, else 0. */
    public double silentSeconds() {
        long age = ageNanos();
        return age > source.silentAfter().toNanos() ? age / NANOS_PER_SECOND : 0;
    }

    /** The source said something, even if it makes no event. */
    public void heard() {
        everHeard = true;
        lastHeard.set(nanoTime.getAsLong());
        if (!trouble.isEmpty()) {
            trouble = "";
            LOG.info("source {}: answers again", source.id());
        }
    }

    /** Kafka has what the source said. */
    public void shipped(ShippedCounts counts) {
        if (counts.events() > 0) {
            counter("qorrelate.source.events", "Telemetry events from a source that Kafka acknowledged", Tags.empty())
                    .increment(counts.events());
        }
        counts.rejects()
                .forEach((reason, count) -> counter(
                                "qorrelate.source.rejects",
                                "Inputs from a source that were no event and went to the dead-letter topic",
                                Tags.of("reason", reason.wireName()))
                        .increment(count));
    }

    /** What the source said was dropped, as no event was looked for in it or there was no room. */
    public void dropped(String reason) {
        dropped(reason, 1);
    }

    /** The same of several messages at once. */
    public void dropped(String reason, long count) {
        counter(
                        "qorrelate.source.dropped",
                        "Messages of a source that were let go: none of its patterns asks for them, or there was no room",
                        Tags.of("reason", reason))
                .increment((double) count);
    }

    /** Time during which the source could not have been heard through no fault of its own. */
    public void excused(Duration time) {
        lastHeard.addAndGet(time.toNanos());
    }

    void asking() {
        circuit.asking();
    }

    void succeeded() {
        circuit.succeeded();
        polls("ok");
        heard();
    }

    void failed(Poll.Trouble failure) {
        circuit.failed();
        polls(failure.reason());
        troubled(failure);
    }

    /** Something keeps the source from being heard; told to the log where it is another trouble than the last one. */
    public void troubled(Poll.Trouble failure) {
        lastTrouble = new SourceStatus.Trouble(clock.instant(), failure.reason(), failure.detail());
        if (!trouble.equals(failure.reason())) {
            trouble = failure.reason();
            LOG.warn("source {}: {}", source.id(), failure.detail());
        }
    }

    /** The source agreed to tell its news as they come. */
    void subscribed() {
        subscriptions("ok");
        subscribed = true;
        heard();
        LOG.info("source {}: tells its news", source.id());
        subscriptionTrouble = "";
    }

    /** It does not tell its news, or no longer. */
    void unsubscribed(Poll.Trouble why) {
        subscriptions(why.reason());
        subscribed = false;
        if (!subscriptionTrouble.equals(why.reason())) {
            subscriptionTrouble = why.reason();
            LOG.warn("source {}: does not tell its news: {}", source.id(), why.detail());
        }
    }

    /** It is one that is to tell its news. */
    void subscribing() {
        gauge(
                "qorrelate.source.subscribed",
                "Whether a source that is to tell its news as they come does so (1) or not (0)",
                null,
                health -> health.subscribed ? 1 : 0);
    }

    private void subscriptions(String outcome) {
        counter(
                        "qorrelate.source.subscriptions",
                        "Times a source was asked to tell its news, by what came of it",
                        Tags.of("outcome", outcome))
                .increment();
    }

    /** How it fares now. */
    SourceStatus status() {
        Circuit.State state = circuit.state();
        double silence = silentSeconds();
        SourceStatus.State word = SourceStatus.State.OK;
        if (silence > 0) {
            word = SourceStatus.State.SILENT;
        } else if (state != Circuit.State.CLOSED || !trouble.isEmpty()) {
            word = SourceStatus.State.TROUBLED;
        } else if (!everHeard) {
            word = SourceStatus.State.NEW;
        }
        return new SourceStatus(
                source.id(),
                source.type(),
                source.target(),
                word,
                state.name().toLowerCase(Locale.ROOT),
                everHeard ? clock.instant().minusNanos(ageNanos()) : null,
                lastTrouble,
                silence);
    }

    /** Tells the log where a silence has begun or ended. */
    void look() {
        boolean now = silentSeconds() > 0;
        if (now && !silent) {
            LOG.warn(
                    "silent source: {} ({} at {}) has said nothing of use for {} s",
                    source.id(),
                    source.type(),
                    source.target(),
                    ageNanos() / (long) NANOS_PER_SECOND);
        } else if (!now && silent) {
            LOG.info("source {} is no longer silent", source.id());
        }
        silent = now;
    }

    private long ageNanos() {
        return Math.max(0, nanoTime.getAsLong() - lastHeard.get());
    }

    private void polls(String outcome) {
        counter("qorrelate.source.polls", "Times a source was asked, by what came of it", Tags.of("outcome", outcome))
                .increment();
    }

    private Counter counter(String name, String description, Tags more) {
        return counters.computeIfAbsent(name + more, first -> {
            Counter counter = Counter.builder(name)
                    .description(description)
                    .tags(tags)
                    .tags(more)
                    .register(registry);
            meters.add(counter);
            return counter;
        });
    }

    private void gauge(String name, String description, @Nullable String unit, ToDoubleFunction<SourceHealth> value) {
        Gauge gauge = Gauge.builder(name, this, value)
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
        meters.add(gauge);
    }

    /** A source that is gone is no longer reported on; nobody is woken by the age of what was taken out. */
    @Override
    public void close() {
        meters.forEach(registry::remove);
        meters.clear();
    }
}
