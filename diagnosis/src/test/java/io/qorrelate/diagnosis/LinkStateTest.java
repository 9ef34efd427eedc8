package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Kind;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkStateTest {
    /** What a store may hold for each link. */
    private static final int MOST_BYTES = 4096;

    private static final String LINK = "ams-1~del-1";

    private final LinkDiagnosis diagnosis = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());

    @Test
    void aStateThatWasWrittenAndReadAtEveryEventGivesTheSameFindings() {
        List<TelemetryEvent> story = LinkStory.of(LINK, 1)
                .quietFor(Duration.ofMinutes(40))
                .interceptResend(0.4)
                .quietFor(Duration.ofMinutes(5))
                .interceptResend(0)
                .quietFor(Duration.ofMinutes(10))
                .events();
        LinkState kept = diagnosis.initial(LINK);
        LinkState stored = diagnosis.initial(LINK);
        List<Finding> fromKept = new ArrayList<>();
        List<Finding> fromStored = new ArrayList<>();
        for (TelemetryEvent event : story) {
            Step step = diagnosis.observe(kept, event);
            kept = step.state();
            fromKept.addAll(step.findings());
            Step other = diagnosis.observe(LinkState.fromBytes(stored.toBytes()), event);
            stored = other.state();
            fromStored.addAll(other.findings());
        }

        assertThat(fromStored).isEqualTo(fromKept).isNotEmpty();
        assertThat(stored.toBytes()).isEqualTo(kept.toBytes());
    }

    @Test
    void theFoldDoesNotTouchTheStateItWasGiven() {
        LinkState before = full();
        byte[] bytes = before.toBytes();

        LinkStory.of(LINK, 3)
                .interceptResend(1)
                .quietFor(Duration.ofMinutes(5))
                .events()
                .forEach(event -> diagnosis.observe(before, event));

        assertThat(before.toBytes()).isEqualTo(bytes);
    }

    @Test
    void aLinkThatReportsEverythingGoesOnAfterAReadAsItWouldHaveWithout() {
        LinkState kept = diagnosis.initial(LINK);
        LinkState stored = diagnosis.initial(LINK);
        List<Finding> fromKept = new ArrayList<>();
        List<Finding> fromStored = new ArrayList<>();
        int count = 0;
        for (TelemetryEvent event : Everything.of(LINK, 5).during(Duration.ofHours(8))) {
            count++;
            fromKept.addAll(diagnosis.advance(kept, event));
            // At odd moments, as a store reads it back.
            stored = count % 7 == 0 ? LinkState.fromBytes(stored.toBytes()) : stored;
            fromStored.addAll(diagnosis.advance(stored, event));
            if (count % 101 == 0) {
                assertThat(stored).isEqualTo(kept);
            }
        }
        assertThat(fromStored).isEqualTo(fromKept);
        assertThat(stored.toBytes()).isEqualTo(kept.toBytes());
    }

    @Test
    void whatIsReadIsWrittenAgainAlike() {
        LinkState state = full();

        LinkState read = LinkState.fromBytes(state.toBytes());

        assertThat(read.toBytes()).isEqualTo(state.toBytes());
        assertThat(read).isEqualTo(state).hasSameHashCodeAs(state);
    }

    @Test
    void aStateThatIsCutOffIsRefusedWhereverItIsCut() {
        for (byte[] bytes : List.of(full().toBytes(), everything().toBytes())) {
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> LinkState.fromBytes(cut)).isInstanceOf(InvalidState.class);
            }
        }
    }

    @Test
    void aStateWithAFlippedBitIsRefusedOrReadButNeverBreaksTheReader() {
        byte[] bytes = full().toBytes();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] bent = bytes.clone();
            bent[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            isRefusedOrRead(bent);
        }
        Random random = new Random(4);
        for (int i = 0; i < 5000; i++) {
            byte[] bent = bytes.clone();
            for (int flips = random.nextInt(1, 20); flips > 0; flips--) {
                bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
            }
            isRefusedOrRead(bent);
        }
    }

    @Test
    void randomBytesAreRefusedOrReadButNeverBreakTheReader() {
        Random random = new Random(6);
        byte[] head = Arrays.copyOf(diagnosis.initial(LINK).toBytes(), 2 + 2 + LINK.length());
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(1, 3000)];
            random.nextBytes(noise);
            isRefusedOrRead(noise);
            // Behind a header that is right, so that the noise gets as far as it can.
            byte[] behind = Arrays.copyOf(head, head.length + noise.length);
            System.arraycopy(noise, 0, behind, head.length, noise.length);
            isRefusedOrRead(behind);
            Arrays.fill(behind, head.length, behind.length, (byte) (i % 2 == 0 ? 0xff : 0x00));
            isRefusedOrRead(behind);
        }
    }

    /** What is read must also be one that can be written. */
    private void isRefusedOrRead(byte[] bytes) {
        Throwable thrown = catchThrowable(() -> LinkState.fromBytes(bytes).toBytes());
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(InvalidState.class);
        }
    }

    /** States of 100 reports of QBER, loss and key rate, as the code of each version wrote them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void ofAnOlderVersionTheSubjectIsKeptAndTheRestIsLearnedAnew(int version) throws IOException {
        byte[] bytes = fixture(version);
        assertThat(bytes[1]).isEqualTo((byte) version);

        LinkState read = LinkState.fromBytes(bytes);

        assertThat(read.subject()).isEqualTo(LINK);
        assertThat(read).isEqualTo(diagnosis.initial(LINK));
        assertThat(read.toBytes()[1]).as("version it is written in").isEqualTo((byte) 12);
    }

    /** A state of 1 000 reports of QBER and loss, the last forty with a QBER that has leapt, as version 4 wrote it. */
    @Test
    void ofVersionFourEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(4));

        assertThat(read.open).as("anomaly").isNotNull();
        assertThat(read.open.leap).as("what version 4 did not know").isNull();
        assertThat(read.tracks.armed()).containsExactlyInAnyOrder(Feature.QBER, Feature.LOSS);
        assertThat(diagnosis.standing(read).getFirst().anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** The state of {@link #full}, as version 5 wrote it: without checksum. */
    @Test
    void ofVersionFiveEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(5));

        assertThat(read.open).as("anomaly").isNotNull();
        assertThat(read.tracks.armed()).contains(Feature.QBER);
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** A state of 1 000 reports of QBER and loss, the last forty with a QBER that has leapt, as version 6 wrote it. */
    @Test
    void ofVersionSixEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(6));

        Anomaly open = Objects.requireNonNull(read.open);
        assertThat(open.picture.shapedAt()).as("what version 6 did not know").isEqualTo(open.picture.peak());
        assertThat(read.circumstances.hasNeighbourErredSince(0))
                .as("what version 6 did not know")
                .isFalse();
        assertThat(diagnosis.standing(read).getFirst().anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** As above, as version 7 wrote it. */
    @Test
    void ofVersionSevenEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(7));

        assertThat(read.offNominal).as("what version 7 did not know").isNull();
        assertThat(Objects.requireNonNull(read.open).picture.beyondAlarm())
                .as("what version 7 did not know is taken for clear")
                .isPositive();
        assertThat(diagnosis.standing(read))
                .singleElement()
                .satisfies(finding -> assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.ATTACK));
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** A state of an hour and some minutes of every usual reading, off its nominal figures and intercepted, as version 8 wrote it. */
    @Test
    void ofVersionEightEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(8));

        assertThat(read.tracks.armed()).contains(Feature.QBER, Feature.DIMMING).doesNotContain(Feature.KEY_STORE);
        assertThat(Objects.requireNonNull(read.offNominal).far()).containsExactly(Feature.QBER);
        assertThat(diagnosis.standing(read))
                .hasSize(2)
                .first()
                .satisfies(finding -> assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.ATTACK));
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** A state of two hours of the usual readings, intercepted and calibrated in vain, as version 9 wrote it. */
    @Test
    void ofVersionNineEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(9));

        Anomaly open = Objects.requireNonNull(read.open);
        assertThat(open.withstood).containsExactly(Calibration.Routine.POLARIZATION);
        assertThat(open.returns).as("what version 9 did not know").isZero();
        assertThat(diagnosis.standing(read))
                .singleElement()
                .satisfies(finding -> assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.ATTACK));
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** A state of two hours of the usual readings, calibrated, and intercepted twenty minutes later, as version 10 wrote it. */
    @Test
    void ofVersionTenEverythingIsKept() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(10));

        assertThat(read.circumstances.calibratedMs()).isPositive();
        assertThat(Objects.requireNonNull(read.open).calibratedBeforeMs)
                .as("what version 10 did not know")
                .isZero();
        assertThat(diagnosis.standing(read))
                .singleElement()
                .satisfies(finding -> assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.ATTACK));
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** A state of two hours of the usual readings, calibrated from afar and intercepted from then on, as version 11 wrote it. */
    @Test
    void ofVersionElevenEverythingIsKeptButWhatIsMeasuredOtherwiseNow() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(11));

        assertThat(read.tracks.armed()).contains(Feature.QBER, Feature.GAIN_RATIO);
        assertThat(Objects.requireNonNull(read.open).alarms).contains(Feature.QBER);
        assertThat(diagnosis.standing(read))
                .singleElement()
                .satisfies(finding -> assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.ATTACK));
        assertThat(LinkState.fromBytes(read.toBytes())).isEqualTo(read);
    }

    /** To dark counts more was added before they became decibels: a baseline of then would be an alarm now. */
    @Test
    void ofOlderVersionsDarkCountsAreLearnedAnew() throws IOException {
        LinkState read = LinkState.fromBytes(fixture(5));

        assertThat(read.tracks.armed()).contains(Feature.QBER).doesNotContain(Feature.DARK_COUNTS);
    }

    /** Some would be read, and give infinities or exceptions at the next event. */
    @Test
    void aStateWithAnotherByteInItIsRefused() {
        byte[] bytes = full().toBytes();
        for (int at = 0; at < bytes.length; at++) {
            byte[] bent = bytes.clone();
            bent[at]++;
            assertThatThrownBy(() -> LinkState.fromBytes(bent)).isInstanceOf(InvalidState.class);
        }
    }

    private static byte[] fixture(int version) throws IOException {
        try (InputStream in = LinkStateTest.class.getResourceAsStream("link-state-v" + version + ".bin")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @Test
    void bytesOfSomethingElseAreRefusedWithAReason() throws IOException {
        assertThatThrownBy(() -> LinkState.fromBytes(new byte[] {1, 2, 3})).hasMessageContaining("no link state");
        byte[] future = full().toBytes();
        future[1] = 99;
        assertThatThrownBy(() -> LinkState.fromBytes(future)).hasMessageContaining("version 99");
        byte[] more = Arrays.copyOf(full().toBytes(), full().toBytes().length + 1);
        assertThatThrownBy(() -> LinkState.fromBytes(more)).hasMessageContaining("checksum");
        byte[] moreOfVersionFive = Arrays.copyOf(fixture(5), fixture(5).length + 1);
        assertThatThrownBy(() -> LinkState.fromBytes(moreOfVersionFive)).hasMessageContaining("behind");
    }

    @Test
    void aLinkThatReportsEverythingFitsIntoFourKilobytesAfterDays() {
        LinkState state = diagnosis.initial(LINK);
        int largest = 0;
        int largestWithAnomaly = 0;
        for (TelemetryEvent event : Everything.of(LINK, 7).during(Duration.ofDays(3))) {
            diagnosis.advance(state, event);
            // How many rows of the trace are written depends on the moment.
            int bytes = state.toBytes().length;
            largest = Math.max(largest, bytes);
            largestWithAnomaly = Math.max(largestWithAnomaly, state.open == null ? 0 : bytes);
        }

        assertThat(state.tracks.armed()).as("features followed").hasSize(Feature.values().length);
        assertThat(largestWithAnomaly).as("bytes while an anomaly is open").isPositive();
        assertThat(largest).as("bytes").isLessThanOrEqualTo(MOST_BYTES);
    }

    @Test
    void aLinkThatIsOffItsNominalFiguresFitsIntoThemToo() {
        Topology topology = Topology.parse("links: [{id: ams-1~del-1, qber: 0.001, loss_db: 20}]", "network.yaml");
        LinkDiagnosis withFigures = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults(), topology);
        LinkState state = withFigures.initial(LINK);
        int largestWithBoth = 0;
        for (TelemetryEvent event : Everything.of(LINK, 7).during(Duration.ofDays(3))) {
            withFigures.advance(state, event);
            if (state.open != null && state.offNominal != null) {
                byte[] bytes = state.toBytes();
                largestWithBoth = Math.max(largestWithBoth, bytes.length);
                assertThat(LinkState.fromBytes(bytes)).isEqualTo(state);
                assertThat(withFigures.standing(LinkState.fromBytes(bytes))).isEqualTo(withFigures.standing(state));
            }
        }

        assertThat(largestWithBoth).as("bytes").isPositive().isLessThanOrEqualTo(MOST_BYTES);
    }

    private LinkState everything() {
        LinkState state = diagnosis.initial(LINK);
        Everything.of(LINK, 9).during(Duration.ofHours(2)).forEach(event -> diagnosis.advance(state, event));
        return state;
    }

    private LinkState full() {
        LinkState state = diagnosis.initial(LINK);
        for (TelemetryEvent event : LinkStory.of(LINK, 2)
                .quietFor(Duration.ofHours(1))
                .interceptResend(0.5)
                .quietFor(Duration.ofMinutes(3))
                .events()) {
            state = diagnosis.observe(state, event).state();
        }
        return state;
    }

    /** A link of which every observable is reported, with keys taken and now and then a calibration. */
    private static final class Everything {
        private static final Duration INTERVAL = Duration.ofSeconds(10);

        private final String link;
        private final Random random;
        private final double[] wander = new double[Observable.values().length];
        private Instant now = Instant.parse("2026-11-23T00:00:00Z");
        private Instant before = now;
        private double storedKeys = 1_000_000;
        private int counter;

        private Everything(String link, long seed) {
            this.link = link;
            this.random = new Random(seed);
        }

        static Everything of(String link, long seed) {
            return new Everything(link, seed);
        }

        List<TelemetryEvent> during(Duration duration) {
            List<TelemetryEvent> events = new ArrayList<>();
            Instant end = now.plus(duration);
            while (now.isBefore(end)) {
                now = now.plus(INTERVAL).plusMillis(random.nextInt(-900, 900));
                events.add(new LinkQuality(header(), readings(Kind.LINK_QUALITY)));
                events.add(new KeyRate(header(), keys(readings(Kind.KEY_RATE))));
                if (random.nextInt(60) == 0) {
                    events.add(new KeyDelivery(
                            header(),
                            OptionalLong.of(random.nextInt(1, 500)),
                            OptionalLong.of(256),
                            "sae-" + random.nextInt(3),
                            "sae-b" + random.nextInt(3),
                            null,
                            now.minusSeconds(random.nextInt(600, 900)),
                            now.minusSeconds(random.nextInt(1, 600))));
                }
                if (random.nextInt(5000) == 0) {
                    events.add(calibration(Calibration.Phase.STARTED));
                    events.add(calibration(Calibration.Phase.COMPLETED));
                }
            }
            return events;
        }

        private TelemetryEvent calibration(Calibration.Phase phase) {
            now = now.plusSeconds(3);
            return new Calibration(
                    header(),
                    Calibration.Routine.FULL,
                    phase,
                    Calibration.Initiator.SCHEDULED,
                    null,
                    OptionalDouble.empty());
        }

        private Readings readings(Kind kind) {
            Readings.Builder readings = Readings.builder();
            for (Observable observable : Observable.of(kind)) {
                int i = observable.ordinal();
                wander[i] = 0.98 * wander[i] + 0.2 * random.nextGaussian();
                double off = 0.004 * wander[i] + 0.01 * random.nextGaussian();
                double usual =
                        observable.range().max() == 1 ? 0.03 : observable.unit().equals("fraction") ? 0.03 : 40;
                readings.put(observable, usual * (1 + off));
            }
            return readings.build();
        }

        /** A key store whose books balance, with keys of 256 bits. */
        private Readings keys(Readings drawn) {
            double seconds = Duration.between(before, now).toMillis() / 1000.0;
            before = now;
            double bps = 30_000 * drawn.value(Observable.SECRET_KEY_RATE_BPS);
            double made = Math.rint(bps * seconds / 256 * (1 + 0.02 * random.nextGaussian()));
            double delivered = Math.rint(made + (storedKeys - 1_000_000) / 10 + random.nextInt(-5_000, 5_000));
            storedKeys += made - delivered;
            return drawn.toBuilder()
                    .put(Observable.SECRET_KEY_RATE_BPS, bps)
                    .put(Observable.STORED_KEYS, storedKeys)
                    .put(Observable.MAX_KEYS, 4_000_000)
                    .put(Observable.KEYS_DELIVERED, delivered)
                    .build();
        }

        private Header header() {
            counter++;
            return Header.ofLink(new EventId(link + "-" + counter), now, link);
        }
    }
}
