package io.qorrelate.evaluation.contestant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Header;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private final Dice dice = new Dice(2);
    private final Map<String, Finding> said = new LinkedHashMap<>();
    private Instant now = Instant.parse("2026-03-02T00:00:00Z");
    private int count;

    private void tell(Contestant.Watch watch, TelemetryEvent event) {
        watch.accept(event).forEach(finding -> said.put(finding.id(), finding));
    }

    private void report(Contestant.Watch watch, int times, double qber, double lossDb) {
        for (int i = 0; i < times; i++) {
            Readings readings = Readings.builder()
                    .put(Observable.QBER, qber + 0.001 * dice.gaussian())
                    .put(Observable.LOSS_DB, lossDb + 0.02 * dice.gaussian())
                    .build();
            tell(watch, new LinkQuality(header(), readings));
        }
    }

    private Header header() {
        now = now.plusSeconds(10);
        count++;
        return Header.ofLink(new EventId("e" + count), now, "a~b");
    }

    @Test
    void theThresholdKnowsOneThingOnly() {
        Contestant.Watch watch = new FixedThreshold().watch(Topology.empty());

        report(watch, 20, 0.02, 8);
        report(watch, 5, 0.08, 12);
        assertThat(said).isEmpty();
        report(watch, 5, 0.15, 8);
        report(watch, 5, 0.02, 8);

        assertThat(said.values()).singleElement().satisfies(finding -> {
            assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
            assertThat(finding.ended()).isNotNull();
        });
    }

    @Test
    void chartsAreCalmOnNoiseAndBearOneOutlier() {
        Contestant.Watch watch = new ControlCharts().watch(Topology.empty());

        report(watch, 2_000, 0.02, 8);
        report(watch, 1, 0.4, 8);
        report(watch, 200, 0.02, 8);

        assertThat(said).isEmpty();
    }

    @Test
    void aStepOfErrorsIsAnAttackAndOfLossADegradation() {
        Contestant.Watch watch = new ControlCharts().watch(Topology.empty());
        report(watch, 300, 0.02, 8);
        report(watch, 30, 0.05, 8);
        report(watch, 300, 0.02, 8);
        report(watch, 30, 0.021, 10);

        assertThat(said.values())
                .extracting(Finding::subtype)
                .containsExactly(Subtype.INTERCEPT_RESEND, Subtype.MACRO_BEND);
        assertThat(said.values().iterator().next().ended()).isNotNull();
    }

    @Test
    void aBurstOfRefusalsIsAnAttackAndAnExpiredCertificateIsNot() {
        Contestant.Watch watch = new ControlCharts().watch(Topology.empty());
        for (int i = 0; i < 8; i++) {
            tell(
                    watch,
                    new AuthFailure(
                            header(),
                            AuthFailure.Plane.KEY_API,
                            AuthFailure.Reason.EXPIRED_CERTIFICATE,
                            "sae",
                            null,
                            1));
        }
        assertThat(said).isEmpty();
        for (int i = 0; i < 8; i++) {
            tell(
                    watch,
                    new AuthFailure(
                            header(),
                            AuthFailure.Plane.CLASSICAL_CHANNEL,
                            AuthFailure.Reason.BAD_TAG,
                            "peer",
                            null,
                            1));
        }

        assertThat(said.values()).extracting(Finding::subtype).containsExactly(Subtype.CLASSICAL_CHANNEL_MITM);
    }
}
