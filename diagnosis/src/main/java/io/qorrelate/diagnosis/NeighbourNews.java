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
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the links of one fibre route tell each other: that one of them has lost light, or its signal. It travels as a transport
 * event of the link that moved, at the time this was noticed; a link takes it for news only from a neighbour.
 */
public final class NeighbourNews {
    private static final String LABEL = "moved-since";

    private static final Set<String> OF_THE_FIBRE = Set.of(
            Feature.LOSS.label(),
            Feature.RATE.label(),
            Feature.RX_POWER.label(),
            Feature.DIMMING.label(),
            "loss_of_signal");

    private NeighbourNews() {}

    /** The news in a finding that is said for the first time: a link that begins to lose light. */
    public static Optional<Transport> in(Finding finding) {
        if (finding.link() == null || finding.ended() != null || !isOfTheFibre(finding)) {
            return Optional.empty();
        }
        return Optional.of(new Transport(
                new Header(
                        new EventId(LABEL + "-" + finding.id()),
                        finding.detected(),
                        finding.link(),
                        null,
                        null,
                        Map.of(LABEL, Times.format(finding.onset()))),
                null,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                null));
    }

    private static boolean isOfTheFibre(Finding finding) {
        for (Evidence entry : finding.evidence()) {
            boolean alarmed =
                    OF_THE_FIBRE.contains(entry.observable()) && !entry.events().isEmpty();
            boolean leads =
                    OF_THE_FIBRE.stream().anyMatch(label -> entry.observable().equals(label + " over time"));
            if (alarmed || leads) {
                return true;
            }
        }
        return false;
    }

    /** Since when the link that an event is about has moved, epoch ms, if it says so. */
    static OptionalLong movedSinceMs(Transport event) {
        long time = event.time().toEpochMilli();
        if (event.event() != null) {
            boolean moved =
                    event.event() == Transport.Event.LOSS_OF_SIGNAL || event.event() == Transport.Event.OTDR_EVENT;
            return moved ? OptionalLong.of(time) : OptionalLong.empty();
        }
        String since = event.labels().get(LABEL);
        if (since == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.min(time, Instant.parse(since).toEpochMilli()));
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }
}
