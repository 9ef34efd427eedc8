package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a key store: keys that go without being booked are missed, and nothing else that makes a store fall. */
class KeyStoreTest {
    private static final String LINK = "ams-1~del-1";
    private static final Duration QUIET = Duration.ofHours(4);

    @Test
    void keysThatNobodyBooksAreMissedButAccuseNobody() {
        Store store = new Store(1).lives(QUIET);
        Instant onset = store.now;
        store.unbookedShare = 0.15;

        Finding finding = theOnly(store.lives(Duration.ofHours(1)));

        assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.UNDETERMINED);
        assertThat(finding.onset()).isCloseTo(onset, within(Duration.ofMinutes(5)));
        assertThat(finding.detected()).isBefore(onset.plus(Duration.ofMinutes(10)));
        assertThat(evidence(finding)).contains("stored and delivered keys / distilled keys");
        assertThat(finding.explanation())
                .contains("stored and delivered keys / distilled keys 0.8", "log of deliveries");
        assertThat(finding.recommendedActions().getFirst()).contains("log of deliveries");
    }

    @Test
    void keysThatNobodyBooksSpeakForAbuseOfTheKeyApiWhereAStrangerWasRefusedThere() {
        Store store = new Store(2).lives(QUIET);
        store.unbookedShare = 0.3;
        for (int i = 0; i < 15; i++) {
            store.refuses("svc-x").lives(Duration.ofSeconds(30));
        }

        Finding finding = theOnly(store.lives(Duration.ofMinutes(30)));

        assertThat(finding.subtype()).isEqualTo(Subtype.KEY_API_ABUSE);
        assertThat(finding.evidence())
                .filteredOn(it -> it.observable().equals("stored and delivered keys / distilled keys"))
                .singleElement()
                .satisfies(
                        it -> assertThat(it.logOdds().get(AnomalyClass.ATTACK)).isPositive());
    }

    @Test
    void whenTheKeysAreBookedAgainItIsOver() {
        Store store = new Store(3).lives(QUIET);
        store.unbookedShare = 0.3;
        store.lives(Duration.ofMinutes(40));
        Instant end = store.now;
        store.unbookedShare = 0;

        assertThat(theOnly(store.lives(Duration.ofHours(1))).ended()).isCloseTo(end, within(Duration.ofMinutes(15)));
    }

    @Test
    void aStoreThatFallsBecauseDemandRoseIsInOrder() {
        Store store = new Store(4).lives(QUIET);
        store.demandHz *= 30;

        assertThat(findings(store.lives(Duration.ofHours(3)))).isEmpty();
        assertThat(store.stored).as("keys left").isLessThan(1);
    }

    @Test
    void whereDeliveriesAreNotCountedAFallingStoreSaysNothing() {
        Store store = new Store(5);
        store.countedShare = Double.NaN;
        store.lives(QUIET);
        store.demandHz *= 1.9;

        assertThat(findings(store.lives(Duration.ofHours(2)))).isEmpty();
    }

    /** One end counts what both take, or none but a sample. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 2})
    void whereOtherThanAllDeliveriesAreCountedDemandAccusesNobody(double share) {
        Store store = new Store(6);
        store.countedShare = share;
        store.lives(QUIET);
        store.demandHz *= 1.9;
        store.lives(Duration.ofHours(2));
        store.demandHz /= 5;

        assertThat(findings(store.lives(Duration.ofHours(2)))).isEmpty();
    }

    @Test
    void aFullStoreThrowsKeysAwayWithoutAWord() {
        Store store = new Store(7);
        store.demandHz *= 0.5;
        store.capacity = 250_000;

        assertThat(findings(store.lives(QUIET.plus(Duration.ofHours(8))))).isEmpty();
        assertThat(store.stored).as("keys").isGreaterThan(249_000);
    }

    @Test
    void whereAnotherLinkFillsTheStoreTooItsFailureIsNotThisLinksMatter() {
        Store store = new Store(8);
        store.othersBps = 0.6 * Store.RATE_BPS;
        store.lives(QUIET);
        store.othersBps = 0;

        assertThat(findings(store.lives(Duration.ofHours(2)))).isEmpty();
    }

    @Test
    void keysThatAreDeletedForTheirAgeNowAndThenAreNoDrain() {
        Store store = new Store(9);
        for (int hour = 0; hour < 12; hour++) {
            store.lives(Duration.ofHours(1));
            store.stored -= 3_000;
        }

        assertThat(findings(store)).isEmpty();
    }

    @Test
    void aReportThatIsLostTakesItsCountOfDeliveriesAlong() {
        Store store = new Store(10).lives(QUIET);
        store.lostShare = 0.1;

        assertThat(findings(store.lives(Duration.ofHours(3)))).isEmpty();
    }

    /** Of a size that nobody tells, and so few that a report counts one or none. */
    @ParameterizedTest
    @ValueSource(ints = {128, 256, 1024})
    void theSizeOfKeysIsLearned(int keyBits) {
        Store store = new Store(11);
        store.keyBits = keyBits;
        store.rateBps = 40;
        store.demandHz = 0.5 * store.rateBps / keyBits;
        store.lives(Duration.ofDays(2));
        assertThat(findings(store)).as("while all is in order").isEmpty();
        store.unbookedShare = 0.9;

        assertThat(findings(store.lives(Duration.ofHours(8)))).hasSize(1);
    }

    private static List<Finding> findings(Store store) {
        return Diagnosed.findings(store.events, Topology.empty());
    }

    private static Finding theOnly(Store store) {
        List<Finding> findings = findings(store);
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private static List<String> evidence(Finding finding) {
        return finding.evidence().stream().map(it -> it.observable()).toList();
    }

    /** A link that makes keys at an even rate, its store, and the applications that take them. */
    private static final class Store {
        static final double RATE_BPS = 20_000;
        private static final Duration INTERVAL = Duration.ofSeconds(10);

        final List<TelemetryEvent> events = new ArrayList<>();
        Instant now = Instant.parse("2026-11-23T00:00:00Z");
        int keyBits = 256;
        double rateBps = RATE_BPS;
        double othersBps;
        double demandHz = 0.5 * RATE_BPS / 256;
        double capacity = 1e7;

        /** Share of deliveries that the key manager's count holds; NaN where it tells of none. */
        double countedShare = 1;

        /** Share of the keys made that go without being booked. */
        double unbookedShare;

        double lostShare;
        double stored = 200_000;
        private double counted;
        private int count;
        private final Random random;

        Store(long seed) {
            random = new Random(seed);
        }

        Store lives(Duration duration) {
            Instant end = now.plus(duration);
            while (now.isBefore(end)) {
                now = now.plus(INTERVAL);
                double seconds = INTERVAL.toMillis() / 1000.0;
                double made = rateBps * (1 + 0.05 * random.nextGaussian());
                double wanted = demandHz * seconds * (1 + 0.2 * random.nextGaussian());
                stored += (made * (1 - unbookedShare) + othersBps) * seconds / keyBits;
                double given = Math.clamp(wanted, 0, Math.floor(stored));
                stored = Math.min(capacity, stored - given);
                counted += given * countedShare;
                Readings.Builder readings = Readings.builder()
                        .put(Observable.SECRET_KEY_RATE_BPS, made * (1 + 0.01 * random.nextGaussian()))
                        .put(Observable.STORED_KEYS, Math.floor(stored))
                        .put(Observable.MAX_KEYS, capacity);
                if (!Double.isNaN(counted)) {
                    double whole = Math.floor(counted);
                    counted -= whole;
                    readings.put(Observable.KEYS_DELIVERED, whole);
                }
                if (random.nextDouble() >= lostShare) {
                    events.add(new KeyRate(header(), readings.build()));
                }
            }
            return this;
        }

        /** A stranger is turned away at the key API. */
        Store refuses(String principal) {
            events.add(new AuthFailure(
                    header(),
                    AuthFailure.Plane.KEY_API,
                    AuthFailure.Reason.UNKNOWN_PRINCIPAL,
                    principal,
                    "203.0.113.9",
                    1));
            return this;
        }

        private Header header() {
            count++;
            return Header.ofLink(new EventId(LINK + "-" + count), now, LINK);
        }
    }
}
