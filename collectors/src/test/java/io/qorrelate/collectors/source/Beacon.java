package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A type of source that a test has in its hands. */
final class Beacon implements SourceType {
    /** How often each target was asked. */
    final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

    /** Targets that do not answer. */
    final Set<String> dead = ConcurrentHashMap.newKeySet();

    /** Targets whose answers overflow our stack. */
    final Set<String> hostile = ConcurrentHashMap.newKeySet();

    /** How often each source was started. */
    final Map<String, AtomicInteger> opened = new ConcurrentHashMap<>();

    /** Targets that cannot be started. */
    final Set<String> taken = ConcurrentHashMap.newKeySet();

    @Override
    public String name() {
        return "beacon";
    }

    @Override
    public List<String> fields() {
        return List.of("colour");
    }

    @Override
    public List<String> credentials() {
        return List.of();
    }

    @Override
    public Duration silentAfter(Duration interval) {
        return interval.multipliedBy(3);
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        return new Lamp(source);
    }

    int asked(String target) {
        return asked.computeIfAbsent(target, t -> new AtomicInteger()).get();
    }

    int opened(String id) {
        return opened.computeIfAbsent(id, t -> new AtomicInteger()).get();
    }

    private final class Lamp implements ConfiguredSource {
        private final Source source;

        private Lamp(Source source) {
            this.source = source;
        }

        @Override
        public Source source() {
            return source;
        }

        @Override
        public Collector open(SourceContext context) throws IOException {
            if (taken.contains(source.target())) {
                throw new IOException("'" + source.target() + "' is taken");
            }
            opened.computeIfAbsent(source.id(), id -> new AtomicInteger()).incrementAndGet();
            return PollingCollector.start(
                    source,
                    context,
                    () -> ask(
                            context.collectors().intake(), context.collectors().clock()));
        }

        @Override
        public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
            return List.of(intake.read(payload, 0, payload.length));
        }

        @Override
        public Poll ask(EventIntake intake, InstantSource clock) throws IOException {
            int round = asked.computeIfAbsent(source.target(), target -> new AtomicInteger())
                    .incrementAndGet();
            if (dead.contains(source.target())) {
                throw new IOException("the lamp is out");
            }
            if (hostile.contains(source.target())) {
                throw new StackOverflowError();
            }
            String event = "{\"time\":\"%s\",\"kind\":\"key_rate\",\"link\":\"%s\",\"stored_keys\":%d}"
                    .formatted(clock.instant(), source.target(), round);
            return new Poll(read(event.getBytes(StandardCharsets.UTF_8), intake, clock.instant()), null);
        }
    }
}
