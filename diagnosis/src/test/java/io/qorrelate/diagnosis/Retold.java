package io.qorrelate.diagnosis;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Policy;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** The same telemetry told otherwise: in another order, at another time, under other names, in other units. */
final class Retold {
    private Retold() {}

    /** Each event arrives up to so long after its time. */
    static List<TelemetryEvent> disordered(List<TelemetryEvent> events, Duration within, long seed) {
        Random random = new Random(seed);
        Map<TelemetryEvent, Long> arrivals = new HashMap<>();
        for (TelemetryEvent event : events) {
            arrivals.put(event, event.time().toEpochMilli() + random.nextLong(within.toMillis()));
        }
        List<TelemetryEvent> arrived = new ArrayList<>(events);
        Collections.shuffle(arrived, random);
        arrived.sort(Comparator.comparing(arrivals::get));
        return arrived;
    }

    /** One subject's whole story after the other's, each in order. */
    static List<TelemetryEvent> subjectBySubject(List<TelemetryEvent> events) {
        return events.stream().sorted(Comparator.comparing(TelemetryEvent::key)).toList();
    }

    static List<TelemetryEvent> later(List<TelemetryEvent> events, Duration by) {
        return map(
                events,
                header -> new Header(
                        header.id(),
                        header.time().plus(by),
                        header.link(),
                        header.node(),
                        header.source(),
                        header.labels()),
                UnaryOperator.identity());
    }

    static List<TelemetryEvent> ofLink(List<TelemetryEvent> events, String name) {
        return map(
                events,
                header -> header.link() == null
                        ? header
                        : new Header(
                                new EventId(header.id().value().replace(header.link(), name)),
                                header.time(),
                                name,
                                header.node(),
                                header.source(),
                                header.labels()),
                UnaryOperator.identity());
    }

    /** With some of the observables in other units. */
    static List<TelemetryEvent> inUnits(
            List<TelemetryEvent> events, Set<Observable> observables, DoubleUnaryOperator conversion) {
        return map(events, UnaryOperator.identity(), readings -> {
            Readings.Builder converted = readings.toBuilder();
            readings.asMap().forEach((observable, value) -> {
                if (observables.contains(observable)) {
                    converted.put(observable, conversion.applyAsDouble(value));
                }
            });
            return converted.build();
        });
    }

    private static List<TelemetryEvent> map(
            List<TelemetryEvent> events, UnaryOperator<Header> headers, UnaryOperator<Readings> readings) {
        return events.stream()
                .<TelemetryEvent>map(event -> {
                    Header header = headers.apply(event.header());
                    return switch (event) {
                        case LinkQuality it -> new LinkQuality(header, readings.apply(it.readings()));
                        case KeyRate it -> new KeyRate(header, readings.apply(it.readings()));
                        case Environment it ->
                            new Environment(header, readings.apply(it.readings()), it.power(), it.cooling());
                        case KeyDelivery it ->
                            new KeyDelivery(
                                    header,
                                    it.keyCount(),
                                    it.keySizeBits(),
                                    it.masterSae(),
                                    it.slaveSae(),
                                    it.firstKeyId(),
                                    it.generatedFrom(),
                                    it.generatedTo());
                        case AuthFailure it ->
                            new AuthFailure(header, it.plane(), it.reason(), it.principal(), it.origin(), it.count());
                        case Calibration it ->
                            new Calibration(
                                    header, it.routine(), it.phase(), it.initiator(), it.principal(), it.offset());
                        case Transport it -> new Transport(header, it.event(), it.positionKm(), it.lossDb(), it.to());
                        case PhysicalAccess it -> new PhysicalAccess(header, it.event(), it.principal());
                        case Policy it -> new Policy(header, it.decision(), it.reason(), it.principal());
                    };
                })
                .toList();
    }
}
