package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Header;
import io.qorrelate.model.Times;
import io.qorrelate.model.Transport;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What the links of one fibre route tell each other: that one of them has lost light, or its signal, or that it errs more though
 * its light is there. It travels as a transport event of the link that moved, at the time this was noticed; a link takes it for
 * news only from a neighbour.
 */
public final class NeighbourNews {
    private static final String MOVED = "moved-since";
    private static final String ERRS = "errs-since";

    private static final Set<String> OF_THE_FIBRE = Set.of(
            Feature.LOSS.label(),
            Feature.RATE.label(),
            Feature.RX_POWER.label(),
            Feature.DIMMING.label(),
            "loss_of_signal");

    private static final Set<String> OF_THE_PHOTONS = Set.of(
            Feature.QBER.label(),
            Feature.BASIS_SPLIT.label(),
            Feature.VISIBILITY.label(),
            Feature.EXCESS_NOISE.label(),
            Feature.POLARIZATION.label(),
            Feature.OPTICAL_ERROR.label());

    private NeighbourNews() {}

    /**
     * What a neighbour tells.
     *
     * @param errs whether it errs more; else it has lost light
     * @param sinceMs since when, epoch ms
     */
    record Heard(boolean errs, long sinceMs) {}

    /** The news in a finding that is said for the first time: a link that begins to lose light, or to err. */
    public static Optional<Transport> in(Finding finding) {
        if (finding.link() == null || finding.ended() != null) {
            return Optional.empty();
        }
        // Whoever loses light errs more by that alone.
        if (isOf(OF_THE_FIBRE, finding)) {
            return Optional.of(news(MOVED, finding));
        }
        return isOf(OF_THE_PHOTONS, finding) ? Optional.of(news(ERRS, finding)) : Optional.empty();
    }

    private static Transport news(String label, Finding finding) {
        return new Transport(
                new Header(
                        new EventId(label + "-" + finding.id()),
                        finding.detected(),
                        finding.link(),
                        null,
                        null,
                        Map.of(label, Times.format(finding.onset()))),
                null,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                null);
    }

    private static boolean isOf(Set<String> observables, Finding finding) {
        for (Evidence entry : finding.evidence()) {
            boolean alarmed =
                    observables.contains(entry.observable()) && !entry.events().isEmpty();
            boolean leads =
                    observables.stream().anyMatch(label -> entry.observable().equals(label + " over time"));
            if (alarmed || leads) {
                return true;
            }
        }
        return false;
    }

    /** What the link that an event is about tells its neighbours with it, if it tells them anything. */
    static Optional<Heard> heardIn(Transport event) {
        long time = event.time().toEpochMilli();
        if (event.event() != null) {
            boolean moved =
                    event.event() == Transport.Event.LOSS_OF_SIGNAL || event.event() == Transport.Event.OTDR_EVENT;
            return moved ? Optional.of(new Heard(false, time)) : Optional.empty();
        }
        return heard(event, MOVED, false).or(() -> heard(event, ERRS, true));
    }

    private static Optional<Heard> heard(Transport event, String label, boolean errs) {
        String since = event.labels().get(label);
        if (since == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Heard(
                    errs,
                    Math.min(event.time().toEpochMilli(), Instant.parse(since).toEpochMilli())));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
