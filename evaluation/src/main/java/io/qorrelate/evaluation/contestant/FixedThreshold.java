package io.qorrelate.evaluation.contestant;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What most equipment does by itself: a QBER above 11 %, from where on BB84 gives no secret key (Shor and Preskill 2000), is an attack,
 * and nothing else is anything.
 */
public final class FixedThreshold implements Contestant {
    private static final double LIMIT = 0.11;

    @Override
    public String name() {
        return "fixed threshold (QBER above 11 %)";
    }

    @Override
    public boolean statesProbabilities() {
        return false;
    }

    @Override
    public Watch watch(Topology topology) {
        return new LinksWatch();
    }

    private static final class LinksWatch implements Watch {
        private final Map<String, Alarm> open = new HashMap<>();

        @Override
        public List<Finding> accept(TelemetryEvent event) {
            if (!(event instanceof LinkQuality quality) || !quality.readings().has(Observable.QBER)) {
                return List.of();
            }
            String link = quality.key();
            boolean above = quality.readings().value(Observable.QBER) > LIMIT;
            Alarm alarm = open.get(link);
            if (above && alarm == null) {
                Alarm raised = new Alarm(link, event.time());
                open.put(link, raised);
                return List.of(raised.finding(null));
            }
            if (!above && alarm != null) {
                open.remove(link);
                return List.of(alarm.finding(event.time()));
            }
            return List.of();
        }

        @Override
        public List<Finding> finish() {
            return List.of();
        }
    }

    private record Alarm(String link, Instant since) {
        Finding finding(@Nullable Instant ended) {
            return PlainFinding.of(
                    link + "@" + since,
                    link,
                    null,
                    AnomalyClass.ATTACK,
                    Subtype.INTERCEPT_RESEND,
                    since,
                    since,
                    ended,
                    "QBER above 11 %");
        }
    }
}
